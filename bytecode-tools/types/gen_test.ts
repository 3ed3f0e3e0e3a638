import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { Random } from "../../tests/fuzz/mutate.ts";
import { compile } from "../../tests/support/compile.ts";
import { corpusObjects, fixture } from "../../tests/support/corpus.ts";
import { type GatedObject, gateObject } from "../object/gate.ts";
import { readMaps } from "../object/maps.ts";
import { shapeOf } from "../values/shapes.ts";
import { generateTypes, type TypesOptions } from "./gen.ts";
import { decodeValue, encodeValue, type Value } from "../values/values.ts";

const SOURCE = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
enum color { RED, GREEN = 5, BLUE = 0x80000000 };
enum wide { HUGE = 0x123456789abcULL };
struct pair { unsigned char tag; unsigned number; };
struct value {
  signed char a; long long b; unsigned short c; _Bool e; unsigned char raw[5];
  unsigned short grid[2][3]; struct pair pairs[2][2];
  enum color color; enum wide wide;
  union { unsigned word; struct { unsigned short lower, upper; }; unsigned char parts[4]; };
  struct { unsigned x, y; } point;
  int slim : 3; unsigned middle : 11; int high : 18; unsigned long long far : 40;
  enum color bits : 4; void *pointer; __int128 huge;
};
struct { __uint(type, BPF_MAP_TYPE_HASH); __uint(max_entries, 8); __type(key, struct pair);
  __type(value, struct value); } table SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } events SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __uint(key_size, 4);
  __uint(value_size, 24); } plain SEC(".maps");
struct event { unsigned pid; char comm[16]; };
struct other { unsigned code; };
const struct event *unused_event __attribute__((unused));
volatile struct other last = { 7 };
volatile unsigned short total = 300;
`;

interface GeneratedCodec {
  readonly size: number;
  decode(bytes: Uint8Array): Value;
  encode(value: Value): Uint8Array;
}

/** Generates, type-checks and imports. */
async function generated(
  object: GatedObject,
  options: TypesOptions = {},
): Promise<Record<string, GeneratedCodec>> {
  const path = Deno.makeTempFileSync({ suffix: ".ts" });
  try {
    Deno.writeTextFileSync(path, generateTypes(object, options));
    const { success, stderr } = new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-lock", path],
    }).outputSync();
    ok(success, new TextDecoder().decode(stderr));
    return await import(`file://${path}`);
  } finally {
    Deno.removeSync(path);
  }
}

for (const target of ["bpfel", "bpfeb"] as const) {
  Deno.test(`generateTypes() gives codecs that agree with decodeValue() and encodeValue(), ${target}`, async () => {
    const object = gateObject(compile(SOURCE, { target }));
    const module = await generated(object, { events: ["other"] });
    const { btf } = object;
    const [table] = readMaps(object);
    ok(btf !== undefined && table !== undefined);
    const random = new Random(3);
    const isLittleEndian = target === "bpfel";
    for (
      const [codec, type] of [["tableKeyCodec", table.keyType], [
        "tableValueCodec",
        table.valueType,
      ]] as const
    ) {
      const ours = module[codec];
      ok(ours !== undefined, codec);
      const shape = shapeOf(btf, type);
      equal(ours.size, shape.size);
      for (let round = 0; round < 200; round++) {
        const bytes = Uint8Array.from({ length: shape.size }, () => random.below(256));
        const value = decodeValue(bytes, shape, { isLittleEndian });
        deepEqual(ours.decode(bytes), value);
        deepEqual(ours.encode(value), encodeValue(value, shape, { isLittleEndian }));
      }
    }
  });
}

Deno.test("generateTypes() has codecs for maps without types, events and globals", async () => {
  const module = await generated(gateObject(compile(SOURCE)), { events: ["other"] });
  deepEqual(Object.keys(module).filter((name) => name.endsWith("Codec")).toSorted(), [
    "eventCodec",
    "globalLastCodec",
    "globalTotalCodec",
    "globalUnusedEventCodec",
    "otherCodec",
    "plainKeyCodec",
    "plainValueCodec",
    "tableKeyCodec",
    "tableValueCodec",
  ]);
  deepEqual(module.plainValueCodec?.size, 24);
  deepEqual(
    module.eventCodec?.decode(Uint8Array.from({ length: 20 }, (_, n) => n === 4 ? 65 : 0)),
    {
      pid: 0,
      comm: "A",
    },
  );
  throws(() => module.globalTotalCodec?.encode(65536), RangeError);
  throws(() => module.globalTotalCodec?.decode(new Uint8Array(1)), RangeError);
});

Deno.test("generateTypes() names an event that does not exist", () => {
  const object = gateObject(fixture("tc_ok"));
  throws(() => generateTypes(object, { events: ["nothing"] }), /struct "nothing"/);
});

Deno.test("generateTypes() gives source that type-checks for every object of the corpus", () => {
  const folder = Deno.makeTempDirSync();
  try {
    for (const { name, bytes } of corpusObjects()) {
      const source = generateTypes(gateObject(bytes), { source: name });
      Deno.writeTextFileSync(`${folder}/${name}.ts`, source);
    }
    const { success, stderr } = new Deno.Command(Deno.execPath(), {
      args: ["check", "--no-lock", folder],
    }).outputSync();
    ok(success, new TextDecoder().decode(stderr));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("generateTypes() keeps hostile names inside comments and strings", async () => {
  const object = gateObject(compile(SOURCE));
  const { file } = object;
  const bytes = Uint8Array.from(file.bytes);
  const section = file.sections.find(({ name }) => name === ".BTF");
  ok(section !== undefined);
  // the name of the struct ends the comment that it is written into
  const name = new TextEncoder().encode("\0pair\0");
  const from = section.offset + 24;
  const at = bytes.findIndex((_, n) => n >= from && name.every((byte, k) => bytes[n + k] === byte));
  ok(at > 0 && at < section.offset + section.size);
  bytes.set(new TextEncoder().encode("*/!!"), at + 1);
  const hostile = gateObject(bytes);
  equal(hostile.btf?.find("*/!!") !== 0, true);
  const module = await generated(hostile);
  ok(module.tableKeyCodec !== undefined);
});
