/**
 * Opens objects with the machine's own libbpf, in a process that may die of it: reads objects
 * from standard input (32-bit length, bytes) and tells the number of each before it touches it.
 *
 * @module
 */

const symbols = {
  libbpf_set_print: { parameters: ["usize"], result: "usize" },
  bpf_object__open_mem: { parameters: ["buffer", "usize", "usize"], result: "usize" },
  bpf_object__next_program: { parameters: ["usize", "usize"], result: "usize" },
  bpf_program__insn_cnt: { parameters: ["usize"], result: "usize" },
  bpf_program__section_name: { parameters: ["usize"], result: "usize" },
  bpf_object__next_map: { parameters: ["usize", "usize"], result: "usize" },
  bpf_map__value_size: { parameters: ["usize"], result: "u32" },
  bpf_object__gen_loader: { parameters: ["usize", "buffer"], result: "i32" },
  bpf_object__load: { parameters: ["usize"], result: "i32" },
  bpf_object__close: { parameters: ["usize"], result: "void" },
} as const;

type Libbpf = Deno.DynamicLibrary<typeof symbols>["symbols"];

/** struct gen_loader_opts: its size, two pointers and two lengths that libbpf fills in. */
const LOADER_OPTIONS_SIZE = 32;

/** Opens, walks and links an object; returns what came of it. */
function use(libbpf: Libbpf, bytes: Uint8Array<ArrayBuffer>): string {
  const object = libbpf.bpf_object__open_mem(bytes, BigInt(bytes.length), 0n);
  if (object === 0n) return "refused";
  for (let program = 0n;;) {
    program = libbpf.bpf_object__next_program(object, program);
    if (program === 0n) break;
    libbpf.bpf_program__insn_cnt(program);
    libbpf.bpf_program__section_name(program);
  }
  for (let map = 0n;;) {
    map = libbpf.bpf_object__next_map(object, map);
    if (map === 0n) break;
    libbpf.bpf_map__value_size(map);
  }
  // a loader program is generated instead of system calls: everything but the kernel is exercised
  const options = new Uint8Array(LOADER_OPTIONS_SIZE);
  new DataView(options.buffer).setBigUint64(0, BigInt(LOADER_OPTIONS_SIZE), true);
  const code = libbpf.bpf_object__gen_loader(object, options) || libbpf.bpf_object__load(object);
  libbpf.bpf_object__close(object);
  return code === 0 ? "linked" : "opened";
}

async function main(): Promise<void> {
  const input = new Uint8Array(await new Response(Deno.stdin.readable).arrayBuffer());
  const view = new DataView(input.buffer);
  const { symbols: libbpf } = Deno.dlopen("libbpf.so.1", symbols);
  libbpf.libbpf_set_print(0n);
  const encoder = new TextEncoder();
  let index = 0;
  for (let at = 0; at < input.length;) {
    const size = view.getUint32(at, true);
    Deno.stdout.writeSync(encoder.encode(`${index++} `));
    const result = use(libbpf, input.slice(at + 4, at + 4 + size));
    Deno.stdout.writeSync(encoder.encode(`${result}\n`));
    at += 4 + size;
  }
}

if (import.meta.main) await main();
