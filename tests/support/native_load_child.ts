/**
 * Loads programs one by one with the machine's own libbpf (root): reads objects from standard
 * input (32-bit length, bytes) and writes a line of JSON for each program.
 *
 * @module
 */
import type { LoadResult } from "./native_load.ts";

const symbols = {
  libbpf_set_print: { parameters: ["usize"], result: "usize" },
  bpf_object__open_mem: { parameters: ["buffer", "usize", "usize"], result: "usize" },
  bpf_object__next_program: { parameters: ["usize", "usize"], result: "usize" },
  bpf_object__find_program_by_name: { parameters: ["usize", "buffer"], result: "usize" },
  bpf_program__set_autoload: { parameters: ["usize", "bool"], result: "i32" },
  bpf_program__set_log_buf: { parameters: ["usize", "buffer", "usize"], result: "i32" },
  bpf_object__next_map: { parameters: ["usize", "usize"], result: "usize" },
  bpf_map__max_entries: { parameters: ["usize"], result: "u32" },
  bpf_map__set_max_entries: { parameters: ["usize", "u32"], result: "i32" },
  bpf_map__set_pin_path: { parameters: ["usize", "usize"], result: "i32" },
  bpf_object__load: { parameters: ["usize"], result: "i32" },
  bpf_object__close: { parameters: ["usize"], result: "void" },
} as const;

type Libbpf = Deno.DynamicLibrary<typeof symbols>["symbols"];

/** The object could not be opened or has no such program. */
const NOT_TRIED = -9999;
const LOG_SIZE = 1 << 20;
/** Entries for maps whose size is given at load. */
const SOME_ENTRIES = 16;

/** Loads one program of an object and nothing else of it. */
function load(libbpf: Libbpf, bytes: Uint8Array<ArrayBuffer>, name: string): LoadResult {
  const object = libbpf.bpf_object__open_mem(bytes, BigInt(bytes.length), 0n);
  if (object === 0n) return { program: name, code: NOT_TRIED, log: "" };
  const wanted = libbpf.bpf_object__find_program_by_name(
    object,
    new TextEncoder().encode(`${name}\0`),
  );
  const log = new Uint8Array(LOG_SIZE);
  for (let program = 0n;;) {
    program = libbpf.bpf_object__next_program(object, program);
    if (program === 0n) break;
    libbpf.bpf_program__set_autoload(program, program === wanted);
  }
  if (wanted !== 0n) libbpf.bpf_program__set_log_buf(wanted, log, BigInt(LOG_SIZE));
  for (let map = 0n;;) {
    map = libbpf.bpf_object__next_map(object, map);
    if (map === 0n) break;
    if (libbpf.bpf_map__max_entries(map) === 0) libbpf.bpf_map__set_max_entries(map, SOME_ENTRIES);
    libbpf.bpf_map__set_pin_path(map, 0n);
  }
  const code = wanted === 0n ? NOT_TRIED : libbpf.bpf_object__load(object);
  libbpf.bpf_object__close(object);
  const text = new TextDecoder().decode(log.subarray(0, log.indexOf(0)));
  return { program: name, code, log: text };
}

async function main(): Promise<void> {
  const input = new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer());
  const view = new DataView(input.buffer);
  const { symbols: libbpf } = Deno.dlopen("libbpf.so.1", symbols);
  libbpf.libbpf_set_print(0n);
  const size = view.getUint32(0, true);
  const bytes = input.slice(4, 4 + size);
  const names: string[] = JSON.parse(new TextDecoder().decode(input.subarray(4 + size)));
  for (const name of names) console.log(JSON.stringify(load(libbpf, bytes, name)));
}

if (import.meta.main) await main();
