/**
 * What BTF.ext must mean: records in order, on whole instructions of an existing section, CO-RE
 * paths that exist in the object's own types.
 *
 * @module
 */
import type { Btf } from "./btf.ts";
import { type BtfExt, CORE_KINDS, type CoreRecord, type SectionInfo } from "./ext.ts";
import { BtfKind } from "./kinds.ts";
import type { ElfFile, ElfSection } from "../elf/elf.ts";
import { isCode } from "../elf/gate.ts";
import { refuse } from "../errors.ts";

const ACCESS = /^\d{1,9}(?::\d{1,9})*$/;
/** Most steps of a path that loaders read. */
const MAX_STEPS = 64;
const FIRST_TYPE_KIND = CORE_KINDS.indexOf("local_type_id");
const LAST_FIELD_KIND = CORE_KINDS.indexOf("field_rshift_u64");

function isEnumKind(kind: number): boolean {
  const name = CORE_KINDS[kind];
  return name === "enumval_exists" || name === "enumval_value";
}

function wrongCore(record: CoreRecord, section: string, fault: string): never {
  const message = `The CO-RE relocation at ${record.offset} of "${section}" ${fault}`;
  refuse("core-relocation", message, { offset: record.recordAt, section });
}

/** One step of a path; returns the type that it leads to, or undefined when it leads nowhere. */
function step(btf: Btf, type: number, index: number): number | undefined {
  const at = btf.resolve(type);
  const kind = btf.kind(at);
  if (kind === BtfKind.STRUCT || kind === BtfKind.UNION) {
    return index < btf.vlen(at) ? btf.word(at, 4 + index * 3) : undefined;
  }
  if (kind !== BtfKind.ARRAY) return undefined;
  const { element, length } = btf.array(at);
  // an array without length ends a struct and may be of any length
  return length === 0 || index < length ? element : undefined;
}

function checkFieldPath(btf: Btf, record: CoreRecord, section: string): void {
  const steps = record.access.split(":").map(Number);
  if (steps.length > MAX_STEPS) wrongCore(record, section, `has ${steps.length} steps`);
  let type = record.type;
  for (const index of steps.slice(1)) {
    const next = step(btf, type, index);
    if (next === undefined) {
      wrongCore(record, section, `has the path ${record.access}, which is not in its type`);
    }
    type = next;
  }
}

function checkCore(btf: Btf, record: CoreRecord, section: string): void {
  const { kind, type, access } = record;
  if (kind >= CORE_KINDS.length) wrongCore(record, section, `has the unknown kind ${kind}`);
  if (type === 0 || type >= btf.end) {
    wrongCore(record, section, `names type ${type}: the last is ${btf.end - 1}`);
  }
  if (!ACCESS.test(access)) {
    wrongCore(record, section, `has the path "${access.slice(0, 80)}", which is none`);
  }
  if (kind <= LAST_FIELD_KIND) return checkFieldPath(btf, record, section);
  if (isEnumKind(kind)) {
    const target = btf.resolve(type);
    const isEnum = btf.kind(target) === BtfKind.ENUM || btf.kind(target) === BtfKind.ENUM64;
    if (isEnum && Number(access) < btf.vlen(target)) return;
    wrongCore(record, section, `names constant ${access} of type ${type}, which has none such`);
  }
  if (kind >= FIRST_TYPE_KIND && access !== "0") {
    wrongCore(record, section, `has the path ${access}: a type has only 0`);
  }
}

/** Refuses offsets that are out of order, past the section or inside an instruction. */
function checkOffsets(
  info: SectionInfo<{ readonly offset: number }>,
  section: ElfSection,
  what: string,
): void {
  let last = -1;
  for (const { offset } of info.records) {
    const isInside = offset % 8 === 0 && offset < section.size;
    if (isInside && offset > last) {
      last = offset;
      continue;
    }
    const fault = isInside ? `comes after ${last}` : `is no instruction: there are ${section.size}`;
    const message = `The ${what} record at ${offset} of "${section.name}" ${fault}`;
    refuse("btf-ext-offset", message, { offset: section.offset, section: section.name });
  }
}

function checkFunctions(btf: Btf, info: BtfExt["functions"][number], place: ElfSection): void {
  for (const { offset, type } of info.records) {
    if (type < btf.end && btf.kind(type) === BtfKind.FUNC) continue;
    const message = `The function at ${offset} of "${info.section}" has type ${type}, which is ` +
      `no function`;
    refuse("btf-ext-function", message, { offset: place.offset, section: info.section });
  }
}

/** Code sections by name; a name that several have is matched to the largest one. */
function codeSections(file: ElfFile): Map<string, ElfSection> {
  const result = new Map<string, ElfSection>();
  for (const section of file.sections) {
    if (!isCode(section)) continue;
    if ((result.get(section.name)?.size ?? 0) < section.size) result.set(section.name, section);
  }
  return result;
}

/**
 * Checks what BTF.ext means.
 *
 * @param ext The records.
 * @param btf The object's BTF.
 * @param file The object.
 * @throws {BytecodeError} At the first record that is wrong.
 */
export function checkBtfExt(ext: BtfExt, btf: Btf, file: ElfFile): void {
  const sections = codeSections(file);
  function sectionOf(name: string): ElfSection {
    const section = sections.get(name);
    if (section !== undefined) return section;
    const message = `The .BTF.ext has records for "${name}", which has no instructions`;
    return refuse("btf-ext-section", message, { offset: 0, section: ".BTF.ext" });
  }
  for (const info of ext.functions) {
    checkOffsets(info, sectionOf(info.section), "function");
    checkFunctions(btf, info, sectionOf(info.section));
  }
  for (const info of ext.lines) checkOffsets(info, sectionOf(info.section), "line");
  for (const info of ext.core) {
    const section = sectionOf(info.section);
    for (const record of info.records) {
      if (record.offset % 8 !== 0 || record.offset >= section.size) {
        wrongCore(record, info.section, "is on no instruction");
      }
      checkCore(btf, record, info.section);
    }
  }
}
