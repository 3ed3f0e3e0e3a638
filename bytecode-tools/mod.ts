/**
 * Reads and judges BPF objects: pure functions over bytes, no permission needed, usable in a
 * browser.
 *
 * @example Is this file fit to be loaded?
 * ```ts
 * import { inspectObject, validateObject } from "@bpfman/cli/bytecode-tools";
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * // names of the programs of an object, or what is wrong with the file
 * function look(bytes: Uint8Array): string[] {
 *   const { isValid, findings } = validateObject(bytes);
 *   if (!isValid) return findings.map(({ rule, message }) => `${rule}: ${message}`);
 *   return inspectObject(bytes).programs.map(({ name }) => name);
 * }
 *
 * const [problem] = look(new TextEncoder().encode("#!/bin/sh"));
 * deepStrictEqual(problem?.split(":")[0], "not-elf");
 * ```
 *
 * @module
 */
export {
  type Btf,
  type BtfEnumerator,
  type BtfMember,
  type BtfOptions,
  type BtfParameter,
  type BtfVariable,
  readBtf,
} from "./btf/btf.ts";
export { type BtfFacts, btfFacts, type BtfNumbers } from "./btf/facts.ts";
export { btfText, btfTypeText, cTypeText } from "./btf/dump.ts";
export * from "./inspector/core.ts";
export type { CoreOptions, CoreTarget, TargetModule } from "./inspector/core_plan.ts";
export type { CoreKind, CoreRelocation, CoreResult } from "./inspector/core_facts.ts";
export * from "./object/diff.ts";
export * from "./insn/disasm.ts";
export type { BpfElf } from "./elf/gate.ts";
export type { ElfFile, ElfSection, ElfSegment, ElfSymbol } from "./elf/elf.ts";
export { CORE_KINDS } from "./btf/ext.ts";
export type { BtfExt, CoreRecord, FunctionRecord, LineRecord, SectionInfo } from "./btf/ext.ts";
export type { Code } from "./insn/insn.ts";
export type { CodeFunction, SectionCode } from "./insn/check.ts";
export type { Relocation } from "./elf/relocations.ts";
export * from "./errors.ts";
export * from "./object/findings.ts";
export { type GatedObject, gateObject, type GateResult, runGate } from "./object/gate.ts";
export { type Global, globalBytes, readGlobals } from "./values/globals.ts";
export * from "./object/inspect.ts";
export * from "./inspector/inspect_error.ts";
export { btfBytesOf } from "./btf/file.ts";
export * from "./inspector/inspector.ts";
export * from "./kernel/kconfig.ts";
export {
  type Compression,
  kernelBtf,
  kernelRelease,
  type Unpack,
  type Unpackers,
  unpackKernel,
} from "./kernel/image.ts";
export { type KernelFiles, kernelFiles, profileFromPackages } from "./kernel/package.ts";
export * from "./object/labels.ts";
export { type ObjectMap, readMaps } from "./object/maps.ts";
export * from "./object/object.ts";
export * from "./elf/symbols.ts";
export type {
  CodeFacts,
  ExternFacts,
  FunctionPlace,
  LinePlace,
  MapFacts,
  MapSizes,
  ObjectFacts,
  ProgramFacts,
  Reference,
} from "./inspector/object_facts.ts";
export * from "./kernel/profile.ts";
export {
  type Constant,
  type FieldShape,
  type Shape,
  type ShapeBase,
  shapeOf,
} from "./values/shapes.ts";
export type { SectionMeaning } from "./elf/sections.ts";
export type { SourceLine } from "./btf/source_lines.ts";
export * from "./elf/strip.ts";
export { generateTypes, type TypesOptions } from "./types/gen.ts";
export { type ProgramUsage, programUsage } from "./object/usage.ts";
export { validateObject, type Validation } from "./object/validate.ts";
export { licenseOf } from "./object/licenses.ts";
export { libbpfVersion } from "./wasm/module.ts";
export type { KernelAnswers } from "./wasm/calls.ts";
export { decodeValue, encodeValue, type Value, type ValueOptions } from "./values/values.ts";
export { parseValue } from "./values/value_text.ts";
export * from "./verdict/verdict.ts";
export { verdictJson, verdictMarkdown, verdictText } from "./verdict/report.ts";
export { mapTypeName } from "./object/map_types.ts";
