/**
 * Reads and judges BPF objects: pure functions over bytes, no permission needed, usable in a
 * browser.
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
} from "./btf.ts";
export { type BtfFacts, btfFacts, type BtfNumbers } from "./btf_facts.ts";
export { btfText, btfTypeText, cTypeText } from "./btf_dump.ts";
export * from "./core.ts";
export type { CoreKind, CoreRelocation, CoreResult } from "./core_facts.ts";
export * from "./diff.ts";
export * from "./disasm.ts";
export type { BpfElf } from "./elf_gate.ts";
export type { ElfFile, ElfSection, ElfSegment, ElfSymbol } from "./elf.ts";
export { CORE_KINDS } from "./btf_ext.ts";
export type { BtfExt, CoreRecord, FunctionRecord, LineRecord, SectionInfo } from "./btf_ext.ts";
export type { Code } from "./insn.ts";
export type { CodeFunction, SectionCode } from "./insn_check.ts";
export type { Relocation } from "./relocations.ts";
export * from "./errors.ts";
export * from "./findings.ts";
export { type GatedObject, gateObject, type GateResult, runGate } from "./gate.ts";
export { type Global, globalBytes, readGlobals } from "./globals.ts";
export * from "./inspect.ts";
export * from "./inspect_error.ts";
export { btfBytesOf } from "./btf_file.ts";
export * from "./inspector.ts";
export * from "./kconfig.ts";
export {
  type Compression,
  kernelBtf,
  kernelRelease,
  type Unpack,
  type Unpackers,
  unpackKernel,
} from "./kernel_image.ts";
export { type KernelFiles, kernelFiles, profileFromPackages } from "./kernel_package.ts";
export * from "./labels.ts";
export { type ObjectMap, readMaps } from "./maps.ts";
export * from "./object.ts";
export * from "./elf_symbols.ts";
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
} from "./object_facts.ts";
export * from "./profile.ts";
export { type Constant, type FieldShape, type Shape, type ShapeBase, shapeOf } from "./shapes.ts";
export type { SectionMeaning } from "./sections.ts";
export type { SourceLine } from "./source_lines.ts";
export * from "./strip.ts";
export { generateTypes, type TypesOptions } from "./types_gen.ts";
export { type ProgramUsage, programUsage } from "./usage.ts";
export { licenseOf, validateObject, type Validation } from "./validate.ts";
export { decodeValue, encodeValue, type Value, type ValueOptions } from "./values.ts";
export { parseValue } from "./value_text.ts";
export * from "./verdict.ts";
export { verdictJson, verdictMarkdown, verdictText } from "./verdict_report.ts";
export { mapTypeName } from "./map_types.ts";
