import { deepEqual, ok } from "node:assert/strict";
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import { globalBytes, readGlobals } from "../../bytecode-tools/values/globals.ts";
import { readMaps } from "../../bytecode-tools/object/maps.ts";
import { shapeOf } from "../../bytecode-tools/values/shapes.ts";
import { decodeValue, encodeValue } from "../../bytecode-tools/values/values.ts";
import { compile } from "../support/compile.ts";

const SOURCE = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
enum color { RED, GREEN = 5 };
struct value { unsigned char a; long long b; enum color color; char name[6]; int low : 3;
  unsigned high : 29; };
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 2); __type(key, unsigned);
  __type(value, struct value); } table SEC(".maps");
struct value copy = {};
const volatile unsigned limit = 7;
volatile short start = -9;
SEC("xdp") int store(struct xdp_md *ctx)
{
  unsigned key = 1;
  struct value value = { .a = 200, .b = -5, .color = GREEN, .name = "hello", .low = -2,
    .high = 123456 + limit - 7 + start + 9 };
  bpf_map_update_elem(&table, &key, &value, 0);
  copy = value;
  return XDP_PASS;
}
char LICENSE[] SEC("license") = "GPL";
`;

function bpftool(...args: string[]): string {
  const { success, stdout, stderr } = new Deno.Command("bpftool", { args }).outputSync();
  ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Bytes of a bpftool answer such as `["0x01","0x02"]`. */
function bytesOf(list: readonly string[]): Uint8Array {
  return Uint8Array.from(list, Number);
}

interface PinnedMap {
  readonly name: string;
  readonly id: number;
}

Deno.test("decodeValue() and encodeValue() agree with the maps of a live program", () => {
  const folder = `/sys/fs/bpf/bytecode-values-${crypto.randomUUID().slice(0, 8)}`;
  const bytes = compile(SOURCE);
  const path = Deno.makeTempFileSync({ suffix: ".bpf.o" });
  Deno.writeFileSync(path, bytes);
  Deno.mkdirSync(folder);
  try {
    bpftool("prog", "load", path, `${folder}/program`, "type", "xdp");
    const program = JSON.parse(bpftool("-j", "prog", "show", "pinned", `${folder}/program`));
    const maps: PinnedMap[] = program.map_ids.map((id: number) =>
      JSON.parse(bpftool("-j", "map", "show", "id", String(id)))
    );
    Deno.writeFileSync(`${path}.in`, new Uint8Array(64));
    bpftool("prog", "run", "pinned", `${folder}/program`, "data_in", `${path}.in`);
    checkTable(bytes, maps);
    checkGlobals(bytes, maps);
  } finally {
    Deno.removeSync(folder, { recursive: true });
    Deno.removeSync(path);
    Deno.removeSync(`${path}.in`);
  }
});

const EXPECTED = { a: 200, b: -5n, color: "GREEN", name: "hello", low: -2, high: 123456 };

function checkTable(bytes: Uint8Array, maps: readonly PinnedMap[]): void {
  const object = gateObject(bytes);
  const id = String(maps.find(({ name }) => name === "table")?.id);
  const [table] = readMaps(object);
  ok(table !== undefined && object.btf !== undefined);
  const shape = shapeOf(object.btf, table.valueType);
  const keyShape = shapeOf(object.btf, table.keyType);
  const key = [...encodeValue(1, keyShape)].map(String);
  const found = JSON.parse(bpftool("-j", "map", "lookup", "id", id, "key", ...key));
  const live = bytesOf(found.value);
  deepEqual(decodeValue(live, shape), EXPECTED);
  // what we encode is what the kernel gives back
  const changed = { ...EXPECTED, a: 1, b: 1n << 62n, color: "RED", low: 3, high: 1 };
  const value = [...encodeValue(changed, shape)].map(String);
  bpftool("map", "update", "id", id, "key", "0", "0", "0", "0", "value", ...value);
  const back = JSON.parse(bpftool("-j", "map", "lookup", "id", id, "key", "0", "0", "0", "0"));
  deepEqual(decodeValue(bytesOf(back.value), shape), changed);
  deepEqual(bpftoolView(back.formatted.value), { a: 1, b: 4611686018427387904, name: "hello" });
}

/** Fields that bpftool shows as we do: it has its own words for enums and bit fields. */
function bpftoolView(value: Record<string, unknown>): Record<string, unknown> {
  const name = value.name;
  const text = Array.isArray(name) ? name.map((item) => String(item)).join("") : String(name);
  return { a: value.a, b: value.b, name: text.replaceAll("\0", "") };
}

function checkGlobals(bytes: Uint8Array, maps: readonly PinnedMap[]): void {
  const object = gateObject(bytes);
  for (const suffix of [".rodata", ".data", ".bss"]) {
    const map = maps.find(({ name }) => name.endsWith(suffix));
    ok(map !== undefined, suffix);
    const [entry] = JSON.parse(bpftool("-j", "map", "dump", "id", String(map.id)));
    const live = bytesOf(entry.value);
    for (const global of readGlobals(object).filter(({ section }) => section === suffix)) {
      const here = live.subarray(global.offset, global.offset + global.size);
      if (global.name !== "copy") deepEqual(here.toHex(), global.bytes.toHex(), global.name);
      if (global.name === "start") {
        deepEqual(globalBytes(object, "start", "-9").toHex(), here.toHex());
      }
      if (global.name !== "copy" || object.btf === undefined) continue;
      deepEqual(decodeValue(here, shapeOf(object.btf, global.type)), EXPECTED);
    }
  }
}
