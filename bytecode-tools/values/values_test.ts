import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { compile, type CompileOptions, runTool } from "../../tests/support/compile.ts";
import { type GatedObject, gateObject } from "../object/gate.ts";
import { globalBytes, readGlobals } from "./globals.ts";
import { shapeOf } from "./shapes.ts";
import { parseValue } from "./value_text.ts";
import { decodeValue, encodeValue, type Value } from "./values.ts";

/** Types of all kinds; `sample` carries a known value that the compiler laid out. */
const TYPES = `
typedef unsigned char u8; typedef unsigned short u16; typedef unsigned int u32;
typedef unsigned long long u64; typedef long long s64; typedef _Bool bool;
enum color { RED, GREEN = 5, BLUE = 0x80000000 };
enum sign { MINUS = -3, PLUS = 3 };
enum wide { HUGE = 0x123456789abcULL };
struct inner { u8 tag; u32 number; };
struct all {
  u8 a; s64 b; u16 c; int d; bool e; char name[6]; u8 raw[4]; u16 list[3];
  enum color color; enum sign sign; enum wide wide;
  struct inner nested; struct inner many[2];
  union { u32 word; u8 parts[4]; };
  struct { u16 x; u16 y; };
  int low : 3; unsigned middle : 11; int high : 18;
  u64 far : 40; u64 rest : 24;
  void *pointer; float single; double twice;
} __attribute__((aligned(16)));
`;
const SAMPLE = `{ .a = 200, .b = -5, .c = 0xbeef, .d = -2, .e = 1, .name = "hello",
  .raw = {1, 2, 254, 255}, .list = {7, 8, 65535}, .color = BLUE, .sign = MINUS, .wide = HUGE,
  .nested = {9, 0xdeadbeef}, .many = {{1, 2}, {3, 4}}, .word = 0x01020304, .x = 11, .y = 12,
  .low = -2, .middle = 1029, .high = -100000, .far = 0xabcdef1234, .rest = 0x987654,
  .pointer = 0, .single = 1.5f, .twice = -0.1 }`;
const SOURCE = `${TYPES}
struct all sample = ${SAMPLE};
`;

function sampleObject(target: CompileOptions["target"]): GatedObject {
  return gateObject(compile(SOURCE, target === undefined ? {} : { target }));
}

const EXPECTED: Readonly<Record<string, Value>> = {
  a: 200,
  b: -5n,
  c: 0xbeef,
  d: -2,
  e: true,
  name: "hello",
  raw: Uint8Array.of(1, 2, 254, 255),
  list: [7, 8, 65535],
  color: "BLUE",
  sign: "MINUS",
  wide: "HUGE",
  nested: { tag: 9, number: 0xdeadbeef },
  many: [{ tag: 1, number: 2 }, { tag: 3, number: 4 }],
  x: 11,
  y: 12,
  low: -2,
  middle: 1029,
  high: -100000,
  far: 0xabcdef1234n,
  rest: 0x987654n,
  pointer: 0n,
  single: 1.5,
  twice: -0.1,
};

for (const target of ["bpfel", "bpfeb"] as const) {
  Deno.test(`decodeValue() reads what clang laid out, and encodeValue() gives it back, ${target}`, () => {
    const object = sampleObject(target);
    const [global] = readGlobals(object);
    ok(global !== undefined && object.btf !== undefined);
    const isLittleEndian = target === "bpfel";
    const parts = isLittleEndian ? Uint8Array.of(4, 3, 2, 1) : Uint8Array.of(1, 2, 3, 4);
    deepEqual(global.value, { ...EXPECTED, union: { word: 0x01020304, parts } });
    const shape = shapeOf(object.btf, global.type);
    const value = decodeValue(global.bytes, shape, { isLittleEndian });
    deepEqual(encodeValue(value, shape, { isLittleEndian }), Uint8Array.from(global.bytes));
  });
}

Deno.test("encodeValue() lays values out as this machine's compiler does", () => {
  const program =
    `#include <stdio.h>\n${TYPES}\nint main(void) { static struct all sample = ${SAMPLE};
    fwrite(&sample, 1, sizeof sample, stdout); return 0; }`;
  const path = Deno.makeTempFileSync();
  try {
    runTool("clang-19", ["-x", "c", "-w", "@FOLDER@/input", "-o", path], program);
    const { stdout } = new Deno.Command(path).outputSync();
    const [global] = readGlobals(sampleObject("bpfel"));
    equal(stdout.toHex(), global?.bytes.toHex());
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("encodeValue() refuses what does not fit, with the path of the field", () => {
  const object = sampleObject("bpfel");
  const [global] = readGlobals(object);
  ok(global !== undefined && object.btf !== undefined);
  const shape = shapeOf(object.btf, global.type);
  const sound = decodeValue(global.bytes, shape) as { readonly [field: string]: Value };
  const cases: readonly (readonly [Record<string, Value>, RegExp])[] = [
    [{ a: 256 }, /"a" \(unsigned char\): 256 is not from 0 to 255/],
    [{ b: 1n << 63n }, /"b"/],
    [{ a: 1.5 }, /"a".*whole number/],
    [{ e: 1 }, /"e".*boolean/],
    [{ name: "toolong" }, /"name".*7 bytes, the field 6/],
    [{ raw: Uint8Array.of(1) }, /"raw".*4 bytes/],
    [{ list: [1, 2] }, /"list".*list of 3/],
    [{ many: [{ tag: 1, number: 2 }, { tag: 999, number: 4 }] }, /"many\[1\]\.tag"/],
    [{ color: "PINK" }, /"color".*none of RED, GREEN, BLUE/],
    [{ low: 4 }, /"low".*-4 to 3/],
    [{ middle: 2048 }, /"middle".*0 to 2047/],
    [{ union: { word: 1, parts: Uint8Array.of(9, 9, 9, 9) } }, /"union".*something else/],
    [{ union: {} }, /"union".*one member/],
    [{ unknown: 1 }, /no field "unknown"/],
  ];
  for (const [change, message] of cases) {
    throws(() => encodeValue({ ...sound, ...change }, shape), { code: "bad-value", message });
  }
  const { a: _a, ...rest } = sound;
  throws(() => encodeValue(rest, shape), /field "a" is missing/);
  throws(() => decodeValue(global.bytes.subarray(1), shape), { code: "bad-value" });
});

const GLOBALS = `${TYPES}
const volatile u32 limit = 7; volatile s64 offset = -1; volatile bool active; volatile u8 mac[6];
volatile char comm[16]; volatile u32 address; volatile u8 address6[16]; volatile enum color shade;
volatile u16 ports[3]; volatile struct inner both; volatile int level; volatile double ratio;
`;

Deno.test("globalBytes() reads text by the variable's type", () => {
  const object = gateObject(compile(GLOBALS));
  const cases: readonly (readonly [string, string, string])[] = [
    ["limit", "10", "0a000000"],
    ["limit", "0xff", "ff000000"],
    ["limit", "hex:01020304", "01020304"],
    ["address", "10.0.0.1", "0a000001"],
    ["offset", "-2", "feffffffffffffff"],
    ["active", "true", "01"],
    ["active", "off", "00"],
    ["mac", "02:00:00:00:00:ff", "0200000000ff"],
    ["mac", "1,2,3,4,5,6", "010203040506"],
    ["address6", "fe80::1", "fe80000000000000000000000000" + "0001"],
    ["comm", "bash", "62617368000000000000000000000000"],
    ["shade", "GREEN", "05000000"],
    ["shade", "1", "01000000"],
    ["ports", "80,443,8080", "5000bb01901f"],
    ["both", '{"tag": 1, "number": 2}', "0100000002000000"],
    ["level", "-1", "ffffffff"],
    ["level", "'A'", "41000000"],
    ["ratio", "0.5", "000000000000e03f"],
  ];
  for (const [name, text, hex] of cases) equal(globalBytes(object, name, text).toHex(), hex, name);
});

Deno.test("globalBytes() refuses text that is no value of the type", () => {
  const object = gateObject(compile(GLOBALS));
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ["limit", "4294967296", /not from 0 to 4294967295/],
    ["limit", "-1", /not from 0/],
    ["limit", "many", /a whole number is wanted/],
    ["limit", "hex:01", /4 bytes after hex:/],
    ["active", "maybe", /true or false/],
    ["mac", "02:00:00:00:00", /address of 6 bytes/],
    ["address", "10.0.0.300", /a whole number/],
    ["shade", "PINK", /one of RED, GREEN, BLUE/],
    ["ports", "1,2", /list of 3/],
    ["comm", "a name that is too long", /23 bytes, the field 16/],
    ["both", "{", /JSON/],
    ["nothing", "1", /the object has/],
  ];
  for (const [name, text, message] of cases) {
    throws(
      () => globalBytes(object, name, text),
      { code: "bad-value", message },
      `${name}=${text}`,
    );
  }
});

Deno.test("globalBytes() writes big-endian objects in their own order", () => {
  const object = gateObject(compile(GLOBALS, { target: "bpfeb" }));
  equal(globalBytes(object, "limit", "10").toHex(), "0000000a");
  equal(globalBytes(object, "offset", "-2").toHex(), "fffffffffffffffe");
  // addresses are in network order in memory whatever the machine
  equal(globalBytes(object, "address", "10.0.0.1").toHex(), "0a000001");
});

Deno.test("parseValue() reads hex: for any type", () => {
  const object = gateObject(compile(GLOBALS));
  const both = readGlobals(object).find(({ name }) => name === "both");
  ok(both !== undefined && object.btf !== undefined);
  const shape = shapeOf(object.btf, both.type);
  deepEqual(parseValue("hex:01 00 00 00 02000000", shape), { tag: 1, number: 2 });
});

Deno.test("readGlobals() writes declarations in C and tells constants", () => {
  const object = gateObject(compile(GLOBALS));
  const globals = new Map(readGlobals(object).map((global) => [global.name, global]));
  equal(globals.get("limit")?.declaration, "const volatile u32 limit");
  equal(globals.get("limit")?.isConstant, true);
  equal(globals.get("comm")?.declaration, "volatile char comm[16]");
  equal(globals.get("comm")?.isConstant, false);
  equal(globals.get("shade")?.declaration, "volatile enum color shade");
  equal(globals.get("ports")?.size, 6);
});
