/**
 * BTF.ext: which instruction belongs to which function and source line, and which ones CO-RE
 * adapts to the kernel. Read strictly: loaders trust these records with pointers.
 *
 * @module
 */
import type { Btf } from "./btf.ts";
import { byteOrderOf, checkHeaderStart } from "./layout.ts";
import { refuse } from "../errors.ts";

/** A function of a section. */
export interface FunctionRecord {
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** BTF type, a FUNC. */
  readonly type: number;
}

/** A source line of a section. */
export interface LineRecord {
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** Name of the file, as a string of the BTF: most of them are never shown. */
  readonly fileString: number;
  /** Text of the line, as a string of the BTF. */
  readonly textString: number;
  /** Number of the line, from 1. */
  readonly line: number;
  /** Number of the column, from 1; 0 when unknown. */
  readonly column: number;
}

/** An instruction that CO-RE adapts. */
export interface CoreRecord {
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** Root BTF type. */
  readonly type: number;
  /** Path from the root, such as `0:1:2`. */
  readonly access: string;
  /** See {@linkcode CORE_KINDS}. */
  readonly kind: number;
  /** Place of the record in the file. */
  readonly recordAt: number;
}

/** What one section of code has. */
export interface SectionInfo<Entry> {
  /** Name of the section. */
  readonly section: string;
  /** The records in their order. */
  readonly records: readonly Entry[];
}

/** A read BTF.ext. */
export interface BtfExt {
  /** Functions by section. */
  readonly functions: readonly SectionInfo<FunctionRecord>[];
  /** Source lines by section. */
  readonly lines: readonly SectionInfo<LineRecord>[];
  /** CO-RE relocations by section. */
  readonly core: readonly SectionInfo<CoreRecord>[];
}

/** Names of the CO-RE relocation kinds, by number. */
export const CORE_KINDS = [
  "field_byte_offset",
  "field_byte_size",
  "field_exists",
  "field_signed",
  "field_lshift_u64",
  "field_rshift_u64",
  "local_type_id",
  "target_type_id",
  "type_exists",
  "type_size",
  "enumval_exists",
  "enumval_value",
  "type_matches",
] as const;

const SECTION = ".BTF.ext";
const LEAST_HEADER = 24;
const HEADER_WITH_CORE = 32;
/** Records grow with new fields; one of more bytes than this is no record. */
const MAX_RECORD = 1024;
/** Longest section name and CO-RE path. */
const MAX_SHORT_STRING = 1024;

interface Table {
  readonly view: DataView;
  readonly isLittleEndian: boolean;
  readonly fileOffset: number;
  readonly btf: Btf;
  /** Start and end of the table within the section. */
  readonly start: number;
  readonly end: number;
  readonly what: string;
  /** Least size of a record. */
  readonly least: number;
}

type ReadRecord<Entry> = (table: Table, at: number) => Entry;

function u32(table: Table, at: number): number {
  return table.view.getUint32(at, table.isLittleEndian);
}

function wrong(table: Table, at: number, fault: string): never {
  const message = `The ${table.what} records of .BTF.ext ${fault}`;
  refuse("btf-ext", message, { offset: table.fileOffset + at, section: SECTION });
}

/** A string's offset, checked. */
function stringAt(table: Table, at: number): number {
  const offset = u32(table, at);
  if (offset < table.btf.stringEnd) return offset;
  return wrong(
    table,
    at,
    `name the string at ${offset}: the strings end at ` +
      `${table.btf.stringEnd}`,
  );
}

/** A string that is short by its meaning; copying long ones a million times takes too long. */
function shortString(table: Table, at: number): string {
  const text = table.btf.string(stringAt(table, at));
  if (text.length > MAX_SHORT_STRING) {
    wrong(table, at, `have a name of ${text.length} characters: at most ${MAX_SHORT_STRING}`);
  }
  return text;
}

/** Reads one section's records; `at` is past its name and count. */
function readRecords<Entry>(
  table: Table,
  place: { readonly at: number; readonly count: number; readonly size: number },
  read: ReadRecord<Entry>,
): Entry[] {
  const { at, count, size } = place;
  if (count === 0) wrong(table, at, "have a section without records");
  if (count > (table.end - at) / size) wrong(table, at, `claim ${count} records: too many`);
  return Array.from({ length: count }, (_, n) => read(table, at + n * size));
}

function readTable<Entry>(table: Table, read: ReadRecord<Entry>): SectionInfo<Entry>[] {
  if (table.start === table.end) return [];
  if (table.end - table.start < 4) wrong(table, table.start, "are cut off");
  const size = u32(table, table.start);
  if (size < table.least || size > MAX_RECORD || size % 4 !== 0) {
    wrong(table, table.start, `have ${size} bytes each: at least ${table.least} are needed`);
  }
  const result: SectionInfo<Entry>[] = [];
  for (let at = table.start + 4; at < table.end;) {
    if (table.end - at < 8) wrong(table, at, "are cut off");
    const section = shortString(table, at);
    if (section === "") wrong(table, at, "name no section");
    const count = u32(table, at + 4);
    const records = readRecords(table, { at: at + 8, count, size }, read);
    result.push({ section, records });
    at += 8 + count * size;
  }
  return result;
}

const readFunction: ReadRecord<FunctionRecord> = (table, at) => ({
  offset: u32(table, at),
  type: u32(table, at + 4),
});

const readLine: ReadRecord<LineRecord> = (table, at) => {
  const place = u32(table, at + 12);
  return {
    offset: u32(table, at),
    fileString: stringAt(table, at + 4),
    textString: stringAt(table, at + 8),
    line: place >>> 10,
    column: place & 0x3ff,
  };
};

const readCore: ReadRecord<CoreRecord> = (table, at) => ({
  offset: u32(table, at),
  type: u32(table, at + 4),
  access: shortString(table, at + 8),
  kind: u32(table, at + 12),
  recordAt: table.fileOffset + at,
});

type Head = Pick<Table, "view" | "isLittleEndian" | "fileOffset" | "btf"> & { header: number };

/** A table by the place of its offset and length in the header. */
function tableAt(head: Head, at: number, what: string): Table {
  const { view, isLittleEndian, header } = head;
  const start = header + view.getUint32(at, isLittleEndian);
  const end = start + view.getUint32(at + 4, isLittleEndian);
  const least = what === "function" ? 8 : 16;
  const table = { ...head, start, end, what, least };
  if (start % 4 !== 0 || (end - start) % 4 !== 0) wrong(table, at, "are not in whole words");
  if (end > view.byteLength) {
    wrong(table, at, `end at ${end}: the section has ${view.byteLength} bytes`);
  }
  return table;
}

/**
 * Reads a `.BTF.ext` section.
 *
 * @param bytes The section.
 * @param btf The object's BTF.
 * @param fileOffset Where the section begins in its file.
 * @throws {BytecodeError} When a record is out of bounds.
 */
export function readBtfExt(bytes: Uint8Array, btf: Btf, fileOffset: number): BtfExt {
  const place = { offset: fileOffset, section: SECTION };
  if (bytes.length < LEAST_HEADER) {
    refuse("btf-ext", `The .BTF.ext has ${bytes.length} bytes: it needs at least 24`, place);
  }
  const isLittleEndian = byteOrderOf(bytes, SECTION, fileOffset);
  if (isLittleEndian !== btf.isLittleEndian) {
    refuse("btf-ext", "The .BTF.ext has another byte order than the BTF", place);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = checkHeaderStart(view, isLittleEndian, { ...place, least: LEAST_HEADER });
  const head = { view, isLittleEndian, fileOffset, btf, header };
  const hasCore = header >= HEADER_WITH_CORE;
  return {
    functions: readTable(tableAt(head, 8, "function"), readFunction),
    lines: readTable(tableAt(head, 16, "line"), readLine),
    core: hasCore ? readTable(tableAt(head, 24, "CO-RE"), readCore) : [],
  };
}
