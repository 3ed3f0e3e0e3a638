/**
 * Addresses of the kernel, as a jailed loader puts them into programs.
 *
 * @module
 */
import { deepStrictEqual, match } from "node:assert/strict";
import { Cli, type LoadedJson } from "../support/cli.ts";
import { compile } from "../support/compile.ts";
import { must, runProgram } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

/** A function that every kernel with BPF has once; variables are not listed everywhere. */
const SYMBOL = "bpf_prog_put";

/** Gives the address of a symbol that has no type. */
const SOURCE = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
extern const void ${SYMBOL} __ksym;
struct { __uint(type, BPF_MAP_TYPE_ARRAY); __uint(max_entries, 1); __type(key, __u32); __type(value, __u64); } seen SEC(".maps");
SEC("xdp") int address(struct xdp_md *context) {
  __u32 key = 0;
  __u64 value = (__u64)&${SYMBOL};
  bpf_map_update_elem(&seen, &key, &value, 0);
  return XDP_PASS;
}
char _license[] SEC("license") = "GPL";
`;

/** Its address as this test may see it. */
function symbolAddress(): string {
  const listed = Deno.readTextFileSync("/proc/kallsyms").split("\n")
    .filter((line) => line.split(/\s/)[2] === SYMBOL);
  const [address = ""] = must(listed[0], SYMBOL).split(" ");
  deepStrictEqual(listed.length, 1, listed.join("\n"));
  // hidden addresses read as 0, and would say nothing here
  match(address, /[1-9a-f]/);
  return `0x${address.replace(/^0+/, "")}`;
}

const NEEDS = ["root", "bpffs", "command:clang-19", "command:bpftool"] as const;

kernelTest("a jailed load knows the addresses of the kernel's symbols", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const object = `${workspace.path}-symbols.o`;
  await Deno.writeFile(object, compile(SOURCE));
  try {
    const cli = new Cli(workspace, "process");
    const words = ["load", "file", object, "--programs", "xdp:address"];
    const { programs } = await cli.json<{ programs: readonly LoadedJson[] }>(words);
    const id = String(must(programs[0], "program").record.program_id);
    const { stdout } = await runProgram("bpftool", ["prog", "dump", "xlated", "id", id]);
    // libbpf takes a hidden address for that of the symbol, and the load succeeds all the same
    const values = [...stdout.matchAll(/^\s*\d+: \(18\) r\d+ = (0x[0-9a-f]+)$/gm)];
    deepStrictEqual(values.map(([, value]) => value), [symbolAddress()], stdout);
  } finally {
    await Deno.remove(object);
  }
});
