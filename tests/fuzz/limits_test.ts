import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { readBtf } from "../../bytecode-tools/btf/btf.ts";
import { typeName } from "../../bytecode-tools/btf/c_types.ts";
import { readElf } from "../../bytecode-tools/elf/elf.ts";
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import { shapeOf } from "../../bytecode-tools/values/shapes.ts";
import { validateObject } from "../../bytecode-tools/object/validate.ts";
import { fixture } from "../support/corpus.ts";

/** Objects of the largest size must be judged within this time, on a busy machine. */
const MOST_MS = 60_000;

/** The fixture with other bytes for one of its sections. */
function withSection(
  name: string,
  content: Uint8Array,
  old: Uint8Array = fixture("xdp_counter"),
): Uint8Array<ArrayBuffer> {
  const section = readElf(old).sections.find((candidate) => candidate.name === name);
  ok(section !== undefined, name);
  const start = Math.ceil(old.length / 8) * 8;
  const bytes = new Uint8Array(start + content.length);
  bytes.set(old);
  bytes.set(content, start);
  const view = new DataView(bytes.buffer);
  const at = Number(view.getBigUint64(40, true)) + section.index * 64;
  view.setBigUint64(at + 24, BigInt(start), true);
  view.setBigUint64(at + 32, BigInt(content.length), true);
  return bytes;
}

/** BTF of the given words and strings. */
function btf(words: Uint32Array, strings: Uint8Array = Uint8Array.of(0)): Uint8Array {
  const bytes = new Uint8Array(24 + words.byteLength + strings.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xeb9f, true);
  view.setUint8(2, 1);
  view.setUint32(4, 24, true);
  view.setUint32(12, words.byteLength, true);
  view.setUint32(16, words.byteLength, true);
  view.setUint32(20, strings.length, true);
  bytes.set(new Uint8Array(words.buffer), 24);
  bytes.set(strings, 24 + words.byteLength);
  return bytes;
}

/** Words of many equal records of three, each made from its number. */
function records(count: number, record: (id: number) => readonly number[]): Uint32Array {
  const first = record(1);
  const words = new Uint32Array(count * first.length);
  for (let n = 0; n < count; n++) words.set(record(n + 1), n * first.length);
  return words;
}

/** Strings followed by many empty ones: the fixture's relocations reach far into its BTF. */
function padded(text: string): Uint8Array {
  const strings = new Uint8Array(4096);
  strings.set(TEXT.encode(text));
  return strings;
}

const info = (kind: number, vlen = 0) => kind << 24 | vlen;
const TEXT = new TextEncoder();

/** Validates and returns the first rule, within the time. */
function ruleOf(bytes: Uint8Array): string | undefined {
  const before = performance.now();
  const { findings } = validateObject(bytes);
  const took = performance.now() - before;
  ok(took < MOST_MS, `took ${took} ms`);
  return findings.find(({ severity }) => severity === "error")?.rule;
}

/** A chain of typedefs: each stands for the next one. */
function chain(count: number, isClosed: boolean): Uint8Array {
  const last = isClosed ? 1 : 0;
  const words = records(count, (id) => [1, info(8), id === count ? last : id + 1]);
  return btf(words, TEXT.encode("\0a\0"));
}

Deno.test("validateObject() refuses endless chains and cycles of types in time", () => {
  equal(ruleOf(withSection(".BTF", chain(1_200_000, false))), "btf-cycle");
  equal(ruleOf(withSection(".BTF", chain(1_200_000, true))), "btf-cycle");
  // a pointer to itself, and a struct inside itself
  equal(ruleOf(withSection(".BTF", btf(Uint32Array.of(0, info(2), 1), padded("\0")))), "btf-cycle");
  const inside = Uint32Array.of(1, info(4, 1), 4, 1, 1, 0);
  equal(ruleOf(withSection(".BTF", btf(inside, padded("\0a\0")))), "btf-cycle");
});

Deno.test("validateObject() refuses endless strings in time", () => {
  const long = new Uint8Array(6_000_000).fill(0x61);
  long[0] = 0;
  long[long.length - 1] = 0;
  const words = records(600_000, () => [1, info(7), 0]);
  equal(ruleOf(withSection(".BTF", btf(words, long))), "btf-strings");
  const open = new Uint8Array(4096).fill(0x61);
  equal(ruleOf(withSection(".BTF", btf(words.subarray(0, 3).slice(), open))), "btf-strings");
});

Deno.test("validateObject() judges the most names of the greatest length in time", () => {
  const strings = new Uint8Array(4_000_000).fill(0x61);
  for (let at = 0; at < strings.length; at += 8000) strings[at] = 0;
  strings[strings.length - 1] = 0;
  const words = records(900_000, (id) => [1 + (id % 400) * 8000, info(7), 0]);
  // nothing is wrong with the BTF itself; the records of the fixture do not fit to it
  ok(ruleOf(withSection(".BTF", btf(words, strings)))?.startsWith("btf-ext"));
});

Deno.test("validateObject() refuses symbols that repeat an endless name in time", () => {
  const count = 300_000;
  const symbols = new Uint8Array(count * 24);
  const view = new DataView(symbols.buffer);
  for (let n = 1; n < count; n++) view.setUint32(n * 24, 1, true);
  const bytes = withSection(".symtab", symbols);
  const rule = ruleOf(bytes);
  // names of the fixture are short: so many symbols are legal, but nothing defines the programs
  ok(rule === "rel-symbol" || rule === undefined || rule.startsWith("elf"), rule);
  const names = new Uint8Array(6_000_000).fill(0x61);
  names[0] = 0;
  names[names.length - 1] = 0;
  const both = withSection(".strtab", names);
  ok(ruleOf(both)?.startsWith("elf-name"), ruleOf(both));
});

Deno.test("validateObject() refuses symbols whose names are longer than the file together", () => {
  const names = new Uint8Array(400_000).fill(0x61);
  for (let at = 0; at < names.length; at += 4000) names[at] = 0;
  names[names.length - 1] = 0;
  const count = 300_000;
  const symbols = new Uint8Array(count * 24);
  const view = new DataView(symbols.buffer);
  for (let n = 1; n < count; n++) view.setUint32(n * 24, 1 + (n % 100) * 4000, true);
  const bytes = withSection(".symtab", symbols);
  // section names come from the same table: they are of no interest here
  const whole = withSection(".strtab", names, bytes);
  equal(ruleOf(whole), "elf-names");
});

Deno.test("validateObject() judges two million instructions in time", () => {
  const code = new Uint8Array(15_000_000);
  for (let at = 0; at < code.length; at += 8) code[at] = 0xb7;
  const bytes = withSection("xdp", code);
  const before = performance.now();
  validateObject(bytes);
  ok(performance.now() - before < MOST_MS);
});

Deno.test("validateObject() judges a million line records in time", () => {
  const { file } = gateObject(fixture("xdp_counter"));
  const section = file.sections.find(({ name }) => name === ".BTF.ext");
  ok(section !== undefined);
  const old = file.bytes.subarray(section.offset, section.offset + section.size);
  const oldView = new DataView(old.buffer, old.byteOffset);
  const linesAt = 32 + oldView.getUint32(16, true);
  const count = 900_000;
  const bytes = new Uint8Array(linesAt + 12 + count * 16);
  bytes.set(old.subarray(0, linesAt + 12));
  const view = new DataView(bytes.buffer);
  view.setUint32(20, bytes.length - linesAt, true);
  view.setUint32(24, 0, true);
  view.setUint32(28, 0, true);
  view.setUint32(linesAt + 8, count, true);
  for (let n = 0; n < count; n++) view.setUint32(linesAt + 12 + n * 16, n * 8, true);
  // the fixture has fewer instructions than lines
  ok(ruleOf(withSection(".BTF.ext", bytes))?.startsWith("btf-ext"));
});

Deno.test("typeName() ends where prototypes of prototypes multiply", () => {
  // each prototype takes two pointers to the next prototype: two to the power of forty in all
  const words: number[] = [];
  for (let level = 0; level < 40; level++) {
    const next = level === 39 ? 0 : (level + 1) * 2 + 1;
    words.push(0, info(2), level * 2 + 2);
    words.push(0, info(13, 2), 0, 0, next, 0, next);
  }
  const before = performance.now();
  const text = typeName(readBtf(btf(Uint32Array.from(words))), 1);
  ok(text.includes("…"));
  ok(performance.now() - before < MOST_MS);
});

Deno.test("shapeOf() refuses types with too many fields or levels in time", () => {
  const words: number[] = [1, info(1), 4, 32];
  // each struct holds the one before it twice, at the same place
  for (let id = 2; id < 28; id++) words.push(1, info(5, 2), 4, 1, id - 1, 0, 1, id - 1, 0);
  const wide = readBtf(btf(Uint32Array.from(words), TEXT.encode("\0a\0")));
  const before = performance.now();
  throws(() => shapeOf(wide, 27), /more than 20000 fields/);
  for (let id = 28; id < 60; id++) words.push(1, info(4, 1), 4, 1, id - 1, 0);
  const deep = readBtf(btf(Uint32Array.from(words), TEXT.encode("\0a\0")));
  throws(() => shapeOf(deep, 59), /nested more than 32 deep/);
  ok(performance.now() - before < MOST_MS);
});

Deno.test("validateObject() reads any prefix of random bytes behind the magic without harm", () => {
  const bytes = new Uint8Array(4096);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  for (let n = 16; n < bytes.length; n++) bytes[n] = n * 31 & 0xff;
  for (let length = 0; length < bytes.length; length += 37) {
    deepEqual(validateObject(bytes.subarray(0, length)).isValid, false);
  }
});
