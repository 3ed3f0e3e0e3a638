/**
 * Programs as JSON, with bpfman's field names.
 *
 * @module
 */
import type { MapView, ProgramRecord, ProgramRow, ProgramView } from "../../core/types.ts";
import { linkRecordJson } from "./link_json.ts";
import { mapTypeWord, programTypeWord } from "./words.ts";
import type {
  ImageSourceJson,
  KernelProgramJson,
  MapJson,
  ProgramJson,
  ProgramRecordJson,
  ProgramRowJson,
  StatsJson,
} from "../schema/program.ts";

type ProgramInfo = NonNullable<ProgramView["kernel"]>;

/** Paths of a program, which the record does not hold. */
export interface ProgramPaths {
  readonly programPin: string;
  readonly mapDirectory: string;
  readonly bytecodePath: string;
}

function imageSourceJson(source: ProgramRecord["source"]): ImageSourceJson | null {
  if (source.kind === "file") return null;
  const { reference, digest, manifestDigest, pullPolicy } = source;
  return {
    url: reference,
    digest,
    manifest_digest: manifestDigest,
    pull_policy: pullPolicy,
  };
}

function recordJson(record: ProgramRecord, paths: ProgramPaths): ProgramRecordJson {
  return {
    program_id: record.programId,
    load: {
      object_path: paths.bytecodePath,
      source_path: record.source.kind === "file" ? record.source.path : null,
      program_name: record.name,
      program_type: record.type,
      global_data: record.globals,
      image_source: imageSourceJson(record.source),
      attach_func: record.attachFunction,
      map_owner_id: record.mapOwnerId,
      object_digest: record.objectDigest,
    },
    license: record.license,
    gpl_compatible: record.gplCompatible,
    handles: {
      pin_path: paths.programPin,
      map_pin_path: paths.mapDirectory,
      map_owner_id: record.mapOwnerId,
    },
    meta: { name: record.name, owner: "", description: "", metadata: record.metadata },
    created_at: record.createdAt,
    updated_at: null,
  };
}

function kernelJson(info: ProgramInfo, loadedAt: Date | null): KernelProgramJson {
  return {
    id: info.id,
    name: info.name,
    program_type: programTypeWord(info.type),
    tag: info.tag,
    loaded_at: loadedAt?.toISOString() ?? null,
    uid: info.uid,
    has_uid: true,
    btf_id: info.btfId,
    has_btf_id: info.btfId !== 0,
    map_ids: info.mapIds,
    has_map_ids: true,
    jited_size: info.jitedSize,
    xlated_size: info.xlatedSize,
    verified_insns: info.verifiedInsns,
    memlock: info.memlock ?? 0,
    has_memlock: info.memlock !== null,
    restricted: info.isRestricted,
  };
}

function mapJson(map: MapView): MapJson {
  const { info } = map;
  return {
    id: info?.id ?? map.id ?? 0,
    name: info?.name ?? map.name,
    full_name: map.name,
    map_type: info === null ? null : mapTypeWord(info.type),
    key_size: info?.keySize ?? 0,
    value_size: info?.valueSize ?? 0,
    max_entries: info?.maxEntries ?? 0,
    flags: info?.flags ?? 0,
    btf_id: info?.btfId ?? 0,
    has_btf_id: (info?.btfId ?? 0) !== 0,
    map_extra: Number(info?.mapExtra ?? 0n),
    has_map_extra: (info?.mapExtra ?? 0n) !== 0n,
    memlock: info?.memlock ?? 0,
    has_memlock: (info?.memlock ?? null) !== null,
    frozen: info?.isFrozen ?? false,
    pin_path: map.pinPath ?? "",
    present: map.isPinned,
  };
}

function statsJson(info: ProgramInfo | null): StatsJson {
  return {
    runtime: Number(info?.runTimeNs ?? 0n),
    run_count: Number(info?.runCount ?? 0n),
    recursion_misses: Number(info?.recursionMisses ?? 0n),
  };
}

/**
 * One program.
 *
 * @param occasion A fresh load has no statistics: they are null there.
 */
export function programJson(view: ProgramView, occasion: "load" | "get"): ProgramJson {
  return {
    record: recordJson(view.record, view),
    status: {
      kernel: view.kernel === null ? null : kernelJson(view.kernel, view.loadedAt),
      stats: occasion === "load" ? null : statsJson(view.kernel),
      prog_pin: view.programPin,
      map_dir: view.mapDirectory,
      bytecode: view.bytecodePath,
      links: view.links.map(linkRecordJson),
      maps: view.maps.map(mapJson),
      map_used_by: view.mapUsedBy,
      pinned: view.isPinned,
    },
  };
}

/** One row of a list. */
export function programRowJson(
  row: ProgramRow,
  pathsOf: (record: ProgramRecord) => ProgramPaths,
): ProgramRowJson {
  return {
    program_id: row.programId,
    managed: row.isManaged,
    application: row.application,
    type: row.type,
    function_name: row.functionName,
    links: row.links,
    record: row.record === null ? null : recordJson(row.record, pathsOf(row.record)),
    kernel: row.kernel === null ? null : kernelJson(row.kernel, row.loadedAt),
    holders: row.holders,
  };
}
