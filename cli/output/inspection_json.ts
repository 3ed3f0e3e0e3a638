/**
 * An inspected object as JSON.
 *
 * @module
 */
import type { Global } from "../../bytecode-tools/values/globals.ts";
import type {
  InspectedMap,
  InspectedProgram,
  Inspection,
} from "../../bytecode-tools/object/inspect.ts";
import type { ExternFacts } from "../../bytecode-tools/inspector/object_facts.ts";
import { valueJson } from "./value_text.ts";
import type {
  ExternJson,
  InspectedGlobalJson,
  InspectedInnerMapJson,
  InspectedMapJson,
  InspectedProgramJson,
  InspectionJson,
} from "../schema/bytecode.ts";

function programJson(program: InspectedProgram): InspectedProgramJson {
  return {
    name: program.name,
    section: program.section,
    type: program.type ?? null,
    attach_type: program.attachType ?? null,
    attach_target: program.attachTarget ?? null,
    sleepable: program.isSleepable,
    fragments: program.hasFragments,
    autoload: program.isAutoloaded,
    instructions: program.instructions,
    helpers: program.helpers,
    gpl_only_helpers: program.gplOnlyHelpers,
    kfuncs: program.kfuncs,
    subprograms: program.subprograms,
    maps: program.maps,
    core_relocations: program.relocations,
    source: program.source ?? null,
  };
}

function innerMapJson(map: InspectedMap): InspectedInnerMapJson {
  return {
    name: map.name,
    type: map.type,
    key_size: map.keySize,
    value_size: map.valueSize,
    max_entries: map.maxEntries,
    flags: map.flags,
    pinned_by_name: map.isPinnedByName,
    // the kernel takes no map of maps within another
    inner: null,
  };
}

function mapJson(map: InspectedMap): InspectedMapJson {
  return {
    ...innerMapJson(map),
    inner: map.inner === undefined ? null : innerMapJson(map.inner),
  };
}

function globalJson(global: Global): InspectedGlobalJson {
  return {
    name: global.name,
    section: global.section,
    offset: global.offset,
    size: global.size,
    type: global.cType ?? null,
    declaration: global.declaration ?? null,
    constant: global.isConstant,
    value: valueJson(global.value),
    bytes: global.bytes.length <= 64 ? global.bytes.toHex() : null,
  };
}

function externJson(extern: ExternFacts): ExternJson {
  return { name: extern.name, kind: extern.kind, weak: extern.isWeak };
}

/** An inspected object. */
export function inspectionJson(name: string, inspection: Inspection): InspectionJson {
  return {
    file: name,
    size: inspection.size,
    architecture: "bpf",
    endianness: inspection.endianness,
    registers: inspection.registers ?? null,
    license: inspection.license,
    gpl_compatible: inspection.isGplCompatible,
    btf_types: inspection.btfTypes ?? null,
    core: inspection.core,
    debug_size: inspection.debugSize,
    libbpf: {
      version: inspection.libbpf.version,
      refusal: inspection.libbpf.refusal ?? null,
    },
    programs: inspection.programs.map(programJson),
    maps: inspection.maps.map(mapJson),
    globals: inspection.globals.map(globalJson),
    externs: inspection.externs.map(externJson),
  };
}
