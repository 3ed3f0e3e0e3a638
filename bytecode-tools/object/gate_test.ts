import { deepEqual, ok, throws } from "node:assert/strict";
import { corpusObjects, fixture, fixtureObjects } from "../../tests/support/corpus.ts";
import { objectsOfBothOrders } from "../../tests/support/both_orders.ts";
import { BytecodeError } from "../errors.ts";
import { gateObject, runGate } from "./gate.ts";
import { MAX_OBJECT_SIZE } from "../elf/gate.ts";
import { readElf } from "../elf/elf.ts";

/** An object under damage: where its parts are, and how to change them. */
class Patient {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;

  constructor(name = "xdp_counter") {
    this.bytes = fixture(name);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Offset of a section's bytes. */
  section(name: string): number {
    const found = readElf(this.bytes).sections.find((section) => section.name === name);
    ok(found !== undefined, `no section ${name}`);
    return found.offset;
  }

  /** Offset of a section's header. */
  header(name: string): number {
    const found = readElf(this.bytes).sections.find((section) => section.name === name);
    ok(found !== undefined, `no section ${name}`);
    return Number(this.view.getBigUint64(40, true)) + found.index * 64;
  }

  /** Offset of the record of the first BTF type of a kind. */
  type(kind: number): number {
    const { btf } = gateObject(this.bytes);
    ok(btf !== undefined);
    for (let id = 1; id < btf.end; id++) if (btf.kind(id) === kind) return btf.offsetOf(id);
    throw new Error(`Cannot find a type of kind ${kind}`);
  }
}

/** One way of damage and the rule that must refuse it. */
const CASES: readonly (readonly [rule: string, damage: (patient: Patient) => void])[] = [
  ["not-elf", ({ bytes }) => bytes.fill(0x23, 0, 4)],
  ["elf-class", ({ bytes }) => bytes.fill(1, 4, 5)],
  ["elf-byte-order", ({ bytes }) => bytes.fill(3, 5, 6)],
  ["elf-version", ({ bytes }) => bytes.fill(2, 6, 7)],
  ["not-relocatable", ({ view }) => view.setUint16(16, 3, true)],
  ["not-bpf", ({ view }) => view.setUint16(18, 62, true)],
  ["elf-header-size", ({ view }) => view.setUint16(52, 52, true)],
  ["elf-header-size", ({ view }) => view.setUint16(58, 40, true)],
  ["elf-segments", ({ view }) => view.setUint16(56, 1, true)],
  ["truncated", ({ view }) => view.setUint16(60, 2000, true)],
  ["elf-name", ({ view }) => view.setUint16(62, 500, true)],
  ["elf-range", ({ view }) => view.setBigUint64(40, 1n << 63n, true)],
  ["truncated", (p) => p.view.setBigUint64(p.header("xdp") + 32, 1n << 40n, true)],
  ["elf-range", (p) => p.view.setBigUint64(p.header(".bss") + 32, 1n << 63n, true)],
  ["elf-zeroes", (p) => p.view.setBigUint64(p.header(".bss") + 32, 1n << 33n, true)],
  ["elf-compressed", (p) => p.view.setBigUint64(p.header(".BTF") + 8, 0x800n, true)],
  ["elf-alignment", (p) => p.view.setBigUint64(p.header("xdp") + 48, 3n, true)],
  ["elf-no-bytes", (p) => p.view.setUint32(p.header(".BTF") + 4, 8, true)],
  ["elf-duplicate", (p) => {
    const name = p.view.getUint32(p.header(".BTF"), true);
    p.view.setUint32(p.header(".BTF.ext"), name, true);
  }],
  ["elf-strings", (p) => {
    const { offset, size } = section(p, ".strtab");
    p.bytes[offset + size - 1] = 0x61;
  }],
  ["insn-size", (p) => p.view.setBigUint64(p.header("xdp") + 32, 12n, true)],
  ["elf-symbols", (p) => p.view.setBigUint64(p.header(".symtab") + 32, 25n, true)],
  ["elf-symbols", (p) => p.view.setUint32(p.header(".symtab") + 44, 900, true)],
  ["elf-symbols", (p) => p.view.setUint32(p.header(".maps") + 4, 2, true)],
  ["elf-symbol-section", (p) => p.view.setUint16(p.section(".symtab") + 24 + 6, 77, true)],
  ["elf-symbol-section", (p) => p.view.setUint16(p.section(".symtab") + 24 + 6, 0xfff2, true)],
  ["elf-symbol-range", (p) => p.view.setBigUint64(p.section(".symtab") + 32, 1n << 30n, true)],
  ["elf-function-alignment", (p) => {
    const at = symbol(p, "xdp_count");
    p.view.setBigUint64(at + 16, 12n, true);
  }],
  ["rel-target", (p) => p.view.setUint32(p.header(".relxdp") + 44, 0, true)],
  ["rel-symbols", (p) => p.view.setUint32(p.header(".relxdp") + 40, 1, true)],
  ["rel-size", (p) => p.view.setBigUint64(p.header(".relxdp") + 56, 24n, true)],
  ["rel-addends", (p) => p.view.setUint32(p.header(".relxdp") + 4, 4, true)],
  ["rel-symbol", (p) => p.view.setUint32(p.section(".relxdp") + 12, 999, true)],
  ["rel-type", (p) => p.view.setUint32(p.section(".relxdp") + 8, 7, true)],
  ["rel-offset", (p) => p.view.setBigUint64(p.section(".relxdp"), 1n << 60n, true)],
  ["rel-alignment", (p) => p.view.setBigUint64(p.section(".relxdp"), 41n, true)],
  ["rel-instruction", (p) => p.view.setBigUint64(p.section(".relxdp"), 0n, true)],
  ["btf-magic", (p) => p.view.setUint16(p.section(".BTF"), 0x1234, true)],
  ["btf-version", (p) => p.bytes.fill(2, p.section(".BTF") + 2, p.section(".BTF") + 3)],
  ["btf-flags", (p) => p.bytes.fill(1, p.section(".BTF") + 3, p.section(".BTF") + 4)],
  ["btf-header-size", (p) => p.view.setUint32(p.section(".BTF") + 4, 8, true)],
  ["btf-bounds", (p) => p.view.setUint32(p.section(".BTF") + 12, 1 << 30, true)],
  ["btf-bounds", (p) => p.view.setUint32(p.section(".BTF") + 16, 0, true)],
  ["btf-alignment", (p) => p.view.setUint32(p.section(".BTF") + 8, 2, true)],
  ["btf-kind", (p) => p.view.setUint32(p.type(4) + 4, 25 << 24, true)],
  ["btf-cut", (p) => p.view.setUint32(lastType(p) + 4, 4 << 24 | 0xffff, true)],
  ["btf-string", (p) => p.view.setUint32(p.type(4), 1 << 28, true)],
  ["btf-type-id", (p) => p.view.setUint32(p.type(2) + 8, 5000, true)],
  ["btf-int", (p) => p.view.setUint32(p.type(1) + 8, 3, true)],
  ["btf-int", (p) => p.view.setUint32(p.type(1) + 12, 65, true)],
  ["btf-name", (p) => p.view.setUint32(p.type(1), 0, true)],
  ["btf-cycle", (p) => p.view.setUint32(p.type(8) + 8, firstId(p, 8), true)],
  ["btf-array", (p) => p.view.setUint32(p.type(3) + 12, 0, true)],
  ["btf-member", (p) => p.view.setUint32(p.type(4) + 8, 1, true)],
  ["btf-function", (p) => p.view.setUint32(p.type(12) + 8, firstId(p, 1), true)],
  ["btf-section", (p) => p.view.setUint32(p.type(15) + 12, firstId(p, 1), true)],
  ["btf-ext", (p) => p.view.setUint32(p.section(".BTF.ext") + 12, 1 << 20, true)],
  ["btf-ext-section", (p) => p.view.setUint32(p.section(".BTF.ext") + 36, 1, true)],
  ["btf-ext-offset", (p) => p.view.setUint32(p.section(".BTF.ext") + 44, 4, true)],
  ["btf-ext-function", (p) => p.view.setUint32(p.section(".BTF.ext") + 48, 1, true)],
  ["insn-encoding", (p) => p.bytes.fill(0xff, p.section("xdp"), p.section("xdp") + 1)],
  ["insn-encoding", (p) => p.bytes.fill(0x6b, p.section("xdp") + 1, p.section("xdp") + 2)],
  ["insn-jump", (p) => {
    p.view.setUint8(p.section("xdp"), 0x05);
    p.view.setUint8(p.section("xdp") + 1, 0);
    p.view.setInt16(p.section("xdp") + 2, -2, true);
  }],
  ["insn-jump", (p) => {
    p.view.setUint8(p.section("xdp"), 0x05);
    p.view.setUint8(p.section("xdp") + 1, 0);
    // slot 6 is the second half of a 64-bit load
    p.view.setInt16(p.section("xdp") + 2, 5, true);
  }],
  ["insn-call", (p) => {
    p.bytes.set([0x85, 0x10, 0, 0, 0xff, 0xff, 0, 0], p.section("xdp"));
  }],
];

function section(patient: Patient, name: string): { offset: number; size: number } {
  const at = patient.header(name);
  const size = Number(patient.view.getBigUint64(at + 32, true));
  return { offset: patient.section(name), size };
}

function symbol(patient: Patient, name: string): number {
  const { symbols } = gateObject(patient.bytes);
  return patient.section(".symtab") + symbols.findIndex((entry) => entry.name === name) * 24;
}

function firstId(patient: Patient, kind: number): number {
  const { btf } = gateObject(patient.bytes);
  for (let id = 1; id < (btf?.end ?? 0); id++) if (btf?.kind(id) === kind) return id;
  throw new Error(`Cannot find a type of kind ${kind}`);
}

function lastType(patient: Patient): number {
  const { btf } = gateObject(patient.bytes);
  ok(btf !== undefined);
  return btf.offsetOf(btf.end - 1);
}

for (const [number, [rule, damage]] of CASES.entries()) {
  Deno.test(`gateObject() refuses damage ${number + 1} by the rule ${rule}`, () => {
    const patient = new Patient();
    damage(patient);
    throws(() => gateObject(patient.bytes), (error) => {
      ok(error instanceof BytecodeError);
      deepEqual(error.rule, rule, error.message);
      ok(error.offset >= 0 && error.offset <= patient.bytes.length, `offset ${error.offset}`);
      return true;
    });
  });
}

/** Ways of damage to the first CO-RE record of an object: type, path and kind follow each other. */
const CORE_CASES: readonly (readonly [what: string, damage: (p: Patient, at: number) => void])[] = [
  ["an unknown kind", (p, at) => p.view.setUint32(at + 12, 13, true)],
  ["type 0", (p, at) => p.view.setUint32(at + 4, 0, true)],
  ["a type past the last", (p, at) => p.view.setUint32(at + 4, 1 << 20, true)],
  ["a path into a type without members", (p, at) => {
    p.view.setUint32(at + 4, firstId(p, 1), true);
  }],
  ["a path that is none", (p, at) => p.view.setUint32(at + 8, 1, true)],
  ["a member past the last", (p, at) => {
    // "0:1" and its like end before the next zero byte of the strings
    const end = p.bytes.indexOf(0, pathAt(p, at));
    p.bytes[end - 1] = 0x39;
  }],
  ["half an instruction", (p, at) => p.view.setUint32(at, 4, true)],
  ["no instruction", (p, at) => p.view.setUint32(at, 1 << 20, true)],
];

/** Offset of the path of a CO-RE record. */
function pathAt(patient: Patient, record: number): number {
  const btf = patient.section(".BTF");
  const strings = btf + 24 + patient.view.getUint32(btf + 16, true);
  return strings + patient.view.getUint32(record + 8, true);
}

for (const [what, damage] of CORE_CASES) {
  Deno.test(`gateObject() refuses a CO-RE relocation with ${what}`, () => {
    const patient = new Patient("core_fields");
    const record = gateObject(patient.bytes).ext?.core[0]?.records[0];
    ok(record !== undefined);
    damage(patient, record.recordAt);
    throws(() => gateObject(patient.bytes), { rule: "core-relocation" });
  });
}

Deno.test("gateObject() passes every object of the corpus, in both byte orders", () => {
  for (const { name, bytes } of objectsOfBothOrders()) {
    deepEqual(runGate(bytes).refusals.map(({ message }) => message), [], name);
  }
  ok(corpusObjects().length > fixtureObjects().length, "Debian's objects are missing");
});

Deno.test("gateObject() refuses every prefix of an object", () => {
  const bytes = fixture("tc_ok");
  // behind the section table of this file there is nothing
  for (let length = 0; length < bytes.length; length++) {
    throws(() => gateObject(bytes.subarray(0, length)), BytecodeError, `${length} bytes`);
  }
});

Deno.test("gateObject() refuses files that are too large before it reads them", () => {
  const bytes = new Uint8Array(MAX_OBJECT_SIZE + 1);
  bytes.set(fixture("tc_ok"));
  throws(() => gateObject(bytes), { code: "too-large" });
});

Deno.test("gateObject() refuses what has crashed native libbpf", () => {
  const folder = new URL("../../tests/fuzz/crashers/", import.meta.url);
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
  ok(names.length > 0);
  for (const name of names) {
    const bytes = Deno.readFileSync(new URL(name, folder));
    throws(() => gateObject(bytes), BytecodeError, name);
  }
});
