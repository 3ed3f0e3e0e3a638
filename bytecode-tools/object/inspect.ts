/**
 * Everything about one object that can be said without a kernel, as plain data: what this folder
 * reads itself, and what libbpf makes of the object.
 *
 * @module
 */
import { BtfKind } from "../btf/kinds.ts";
import { CORE_KINDS } from "../btf/ext.ts";
import { type ObjectOutline, outlineObject } from "../inspector/outline.ts";
import { type GatedObject, gateObject } from "./gate.ts";
import { type Global, readGlobals } from "../values/globals.ts";
import { InspectError } from "../inspector/inspect_error.ts";
import { libbpfVersion } from "../wasm/module.ts";
import { isGplCompatible, licenseOf } from "./licenses.ts";
import { readMaps } from "./maps.ts";
import type { ExternFacts } from "../inspector/object_facts.ts";
import { SourceLines, sourcePlace } from "../btf/source_lines.ts";
import { type ProgramUsage, programUsage } from "./usage.ts";

/** A program of an inspected object. */
export interface InspectedProgram {
  /** C function name. */
  readonly name: string;
  /** ELF section, such as `xdp`. */
  readonly section: string;
  /** Kernel's name of the type, such as `xdp`; undefined when the section does not tell it. */
  readonly type: string | undefined;
  /** Expected attach type, such as `tcx_ingress`. */
  readonly attachType: string | undefined;
  /** What the section names behind the type, such as `do_unlinkat`. */
  readonly attachTarget: string | undefined;
  /** True for programs that may sleep. */
  readonly isSleepable: boolean;
  /** True for XDP programs that take packets in fragments. */
  readonly hasFragments: boolean;
  /** False when the section begins with a question mark: loaded only when asked for. */
  readonly isAutoloaded: boolean;
  /** Instructions with those of the functions that it calls. */
  readonly instructions: number;
  /** Names of helpers in the order of their numbers. */
  readonly helpers: readonly string[];
  /** Those among the helpers that need a GPL-compatible licence. */
  readonly gplOnlyHelpers: readonly string[];
  /** Kernel functions that are called by name. */
  readonly kfuncs: readonly string[];
  /** Other functions of the object that it calls. */
  readonly subprograms: readonly string[];
  /** Names of the maps that it refers to; empty when libbpf refused the object. */
  readonly maps: readonly string[];
  /** CO-RE relocations in it. */
  readonly relocations: number;
  /** `file:line:column` of its first instruction. */
  readonly source: string | undefined;
}

/** A map of an inspected object. */
export interface InspectedMap {
  /** Name of the map. */
  readonly name: string;
  /** Such as `percpu_hash`. */
  readonly type: string;
  /** Bytes of a key. */
  readonly keySize: number;
  /** Bytes of a value. */
  readonly valueSize: number;
  /** Most entries; 0 where the loader sets the number. */
  readonly maxEntries: number;
  /** Flags as the kernel numbers them. */
  readonly flags: number;
  /** True when libbpf pins it by its name. */
  readonly isPinnedByName: boolean;
  /** Template of the maps inside, for maps of maps. */
  readonly inner: InspectedMap | undefined;
}

/** How CO-RE adapts the object. */
export interface CoreSummary {
  /** Number of relocations. */
  readonly relocations: number;
  /** Number of relocations of each kind, such as `byte_off`. */
  readonly kinds: Readonly<Record<string, number>>;
}

/** Everything about one object that can be said without a kernel. */
export interface Inspection {
  /** Bytes of the file. */
  readonly size: number;
  /** Byte order. */
  readonly endianness: "little" | "big";
  /** Processor whose registers the source was compiled for; undefined when it reads none. */
  readonly registers: "x86_64" | "arm64" | undefined;
  /** Licence that the object states; empty when it states none. */
  readonly license: string;
  /** True when helpers for GPL-compatible programs may be called. */
  readonly isGplCompatible: boolean;
  /** Types in the BTF; undefined without BTF. */
  readonly btfTypes: number | undefined;
  /** How CO-RE adapts the object. */
  readonly core: CoreSummary;
  /** Bytes of DWARF, which loaders do not read. */
  readonly debugSize: number;
  /** Its programs, in the order of the file. */
  readonly programs: readonly InspectedProgram[];
  /** Maps that it declares. */
  readonly maps: readonly InspectedMap[];
  /** Global variables with their values. */
  readonly globals: readonly Global[];
  /** What the object expects of the kernel; empty when libbpf refused the object. */
  readonly externs: readonly ExternFacts[];
  /** The libbpf that judged. */
  readonly libbpf: { readonly version: string; readonly refusal: string | undefined };
}

/** libbpf's outline, or why there is none. */
interface Judgement {
  readonly outline: ObjectOutline | undefined;
  readonly refusal: string | undefined;
}

function judge(bytes: Uint8Array): Judgement {
  try {
    const outline = outlineObject(bytes);
    return { outline, refusal: outline.failure?.message };
  } catch (error) {
    if (!(error instanceof InspectError) || error.code !== "refused") throw error;
    return { outline: undefined, refusal: error.message };
  }
}

/** Tells processors apart by the registers that only one of them has. */
function registersOf({ btf }: GatedObject): Inspection["registers"] {
  const struct = btf?.find("pt_regs", BtfKind.STRUCT) ?? 0;
  const names = new Set(btf?.members(struct).map(({ name }) => name));
  if (names.has("di") || names.has("rdi")) return "x86_64";
  const isArm = (btf?.find("user_pt_regs", BtfKind.STRUCT) ?? 0) !== 0 || names.has("pstate");
  return isArm ? "arm64" : undefined;
}

function coreSummary({ ext }: GatedObject): CoreSummary {
  const kinds: Record<string, number> = {};
  const records = ext?.core.flatMap((info) => info.records) ?? [];
  for (const { kind } of records) {
    const word = CORE_KINDS[kind] ?? String(kind);
    kinds[word] = (kinds[word] ?? 0) + 1;
  }
  return { relocations: records.length, kinds };
}

/** Names of the maps that a program's code refers to, in the order of the list of maps. */
function mapsOf({ outline }: Judgement, name: string): string[] {
  const { programs = [], maps = [] } = outline?.facts ?? {};
  const at = programs.findIndex((program) => program.name === name && !program.isSubprogram);
  const used = new Set(
    outline?.references[at]?.filter(({ kind }) => kind === "map" || kind === "data")
      .map(({ index }) => index),
  );
  return maps.filter((_, index) => used.has(index))
    .map(({ name, section }) => section ?? name);
}

/** Names of an object's programs with the places where they begin. */
function startsOf(object: GatedObject): Map<string, { section: string; from: number; to: number }> {
  return new Map(object.code.flatMap(({ section, functions }) =>
    functions.map((entry) => [
      `${section.name} ${entry.name}`,
      { section: section.name, from: entry.start * 8, to: entry.end * 8 },
    ])
  ));
}

function inspectPrograms(object: GatedObject, judgement: Judgement): InspectedProgram[] {
  const lines = new SourceLines(object.btf, object.ext);
  const starts = startsOf(object);
  return programUsage(object).map((usage: ProgramUsage) => {
    const { name, section, meaning } = usage;
    const place = starts.get(`${section} ${name}`);
    const line = place && lines.at(section, place.from);
    const records = object.ext?.core.filter((info) => info.section === section)
      .flatMap((info) => info.records) ?? [];
    return {
      name,
      section,
      type: meaning?.type,
      attachType: meaning?.attachType,
      attachTarget: meaning?.target,
      isSleepable: meaning?.isSleepable ?? false,
      hasFragments: meaning?.takesFragments ?? false,
      isAutoloaded: meaning?.isAutoloaded ?? true,
      instructions: usage.instructions,
      helpers: usage.helperNames,
      gplOnlyHelpers: usage.gplOnly,
      kfuncs: usage.kfuncs,
      subprograms: usage.subprograms,
      maps: mapsOf(judgement, name),
      relocations: records.filter(({ offset }) =>
        place !== undefined && offset >= place.from && offset < place.to
      ).length,
      source: line && sourcePlace(line),
    };
  });
}

function inspectMap(map: ReturnType<typeof readMaps>[number]): InspectedMap {
  const { name, typeName: type, keySize, valueSize, maxEntries, flags, pinning, inner } = map;
  return {
    name,
    type,
    keySize,
    valueSize,
    maxEntries,
    flags,
    isPinnedByName: pinning === 1,
    inner: inner && inspectMap(inner),
  };
}

/**
 * Inspects an object.
 *
 * @param bytes The whole file.
 * @returns Plain data. What libbpf refuses is still described, with the refusal.
 * @throws {BytecodeError} When the bytes do not pass the gate; `validateObject` tells everything.
 * @throws {InspectError} When the module fails on the object.
 */
export function inspectObject(bytes: Uint8Array): Inspection {
  const object = gateObject(bytes);
  const judgement = judge(bytes);
  const license = licenseOf(object);
  return {
    size: bytes.length,
    endianness: object.file.isLittleEndian ? "little" : "big",
    registers: registersOf(object),
    license,
    isGplCompatible: isGplCompatible(license),
    btfTypes: object.btf && object.btf.end - 1,
    core: coreSummary(object),
    debugSize: object.file.sections.filter(({ name }) => name.startsWith(".debug_"))
      .reduce((sum, section) => sum + section.size, 0),
    programs: inspectPrograms(object, judgement),
    maps: readMaps(object).map(inspectMap),
    globals: readGlobals(object),
    externs: judgement.outline?.facts.externs ?? [],
    libbpf: { version: libbpfVersion(), refusal: judgement.refusal },
  };
}
