/**
 * Objects for the comparison with native libbpf: the corpus, and what the corpus does not have.
 *
 * @module
 */
import { gateObject } from "../../bytecode-tools/object/gate.ts";
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import { ensureSource } from "../../bytecode-tools/wasm/source.ts";
import { makeSeed, mutate, Random } from "../fuzz/mutate.ts";
import { compile } from "../support/compile.ts";
import { corpusObjects } from "../support/corpus.ts";

/** An object to compare. */
export interface OracleObject {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const FIXTURES = new URL("../fixtures/", import.meta.url).pathname;

/** Maps of all forms: maps of maps, of odd sizes, pinned, without types, tables of programs. */
const MAPS = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct inner { __uint(type, BPF_MAP_TYPE_LRU_HASH); __uint(max_entries, 7); __type(key, __u16);
  __type(value, __u64[3]); } inner SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_HASH_OF_MAPS); __uint(max_entries, 3); __type(key, __u32);
  __array(values, struct inner); } outer SEC(".maps") = { .values = { [0] = &inner } };
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 5000); } ring SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY); __uint(key_size, 4); __uint(value_size, 4);
  } events SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_LPM_TRIE); __uint(map_flags, 1); __uint(max_entries, 99);
  __uint(key_size, 20); __uint(value_size, 8); __uint(pinning, 1); __uint(numa_node, 1);
  __uint(map_extra, 77); } trie SEC(".maps");
struct { __uint(type, BPF_MAP_TYPE_TASK_STORAGE); __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int); __type(value, long); } storage SEC(".maps");
int first_prog(void *), second_prog(void *);
struct { __uint(type, BPF_MAP_TYPE_PROG_ARRAY); __uint(max_entries, 2); __type(key, __u32);
  __array(values, int(void *)); } tails SEC(".maps") = { .values = { &first_prog, &second_prog } };
const volatile char text[] = "gr\\303\\274\\303\\237e \\"quoted\\" \\\\ \\x01";
long counters[1000];
int chosen SEC(".data.chosen") = 5;
SEC("xdp") int first_prog(void *ctx) { counters[text[0] & 7]++; bpf_tail_call(ctx, &tails, 1);
  bpf_ringbuf_output(&ring, (void *)text, 3, 0); return chosen; }
SEC("?xdp.frags") int second_prog(void *ctx) { int key = 0;
  return bpf_map_lookup_elem(&outer, &key) != 0; }
char LICENSE[] SEC("license") = "GPL";
`;

/** A program in every section that libbpf knows, with and without a target, and in some others. */
function sectionsSource(libbpf: string): string {
  const known = [...libbpf.matchAll(/SEC_DEF\("([^"]+)"/g)].map(([, name]) => name ?? "");
  const targets = known.flatMap((name) =>
    name.endsWith("+") ? [name.slice(0, -1), `${name.slice(0, -1)}/some_target`] : [name]
  );
  const others = ["xdp/other", "socket1", "classifier/x", "kprobe_x", "tc/ingress/x", "program"];
  // these read their target when the object is opened, and refuse what is no such target
  const programs = [...targets, ...others].map((name, index) =>
    `SEC("${name}") int p${index}(void *ctx) { return ${index}; }`
  );
  return `#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
${programs.join("\n")}
char LICENSE[] SEC("license") = "Dual MIT/GPL";
int VERSION SEC("version") = 0x050607;
`;
}

function bigEndianFixtures(): OracleObject[] {
  const names = [...Deno.readDirSync(FIXTURES)].map(({ name }) => name)
    .filter((name) => name.endsWith(".bpf.c")).sort();
  return names.map((name) => ({
    name: `big-endian ${name}`,
    bytes: compile(Deno.readTextFileSync(FIXTURES + name), {
      target: "bpfeb",
      args: ["-iquote", FIXTURES],
    }),
  }));
}

/** Damaged objects that the gate lets pass: what the module meets at worst. */
export function damagedObjects(count: number, seed: number): OracleObject[] {
  const random = new Random(seed);
  const seeds = corpusObjects().map(({ name, bytes }) => makeSeed(name, bytes));
  const passed: OracleObject[] = [];
  for (let tries = 0; passed.length < count && tries < count * 100; tries++) {
    const origin = seeds[tries % seeds.length];
    if (origin === undefined) break;
    const bytes = mutate(random, origin);
    try {
      gateObject(bytes);
      passed.push({ name: `${origin.name} damaged, number ${tries}`, bytes });
    } catch (error) {
      if (!(error instanceof BytecodeError)) throw error;
    }
  }
  return passed;
}

/** The corpus and what it lacks. */
export async function oracleObjects(): Promise<OracleObject[]> {
  const libbpf = await Deno.readTextFile(`${await ensureSource()}/src/libbpf.c`);
  const sections = sectionsSource(libbpf);
  return [
    ...corpusObjects().map(({ name, bytes }) => ({ name, bytes })),
    ...bigEndianFixtures(),
    { name: "maps", bytes: compile(MAPS) },
    { name: "maps, big-endian", bytes: compile(MAPS, { target: "bpfeb" }) },
    { name: "sections", bytes: compile(sections) },
    { name: "not an object", bytes: new Uint8Array(100) },
  ];
}
