import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { fakeKernel } from "../../tests/support/fake_kernel.ts";
import { Layout } from "../layout.ts";
import { functionSize, suggestFunctions, suggestLsmHooks } from "./kernel_symbols.ts";

const KALLSYMS = `ffffffff81000000 T _text
ffffffff81000100 T vfs_unlink
ffffffff81000110 d some_data
ffffffff81000180 t vfs_unlink.part.0
ffffffff81000200 T vfs_rename
ffffffff81000300 T bpf_lsm_file_open
ffffffff81000310 T bpf_lsm_file_ioctl
ffffffffc0000000 t in_module\t[veth]
`;

Deno.test("functionSize() is the way to the next function", () => {
  strictEqual(functionSize(KALLSYMS, "vfs_unlink"), 0x80n);
  strictEqual(functionSize(KALLSYMS, "vfs_unlink.part.0"), 0x80n);
  strictEqual(functionSize(KALLSYMS, "vfs_rename"), 0x100n);
});

Deno.test("functionSize() says nothing of what is not there, or of hidden addresses", () => {
  strictEqual(functionSize(KALLSYMS, "vfs_nothing"), null);
  strictEqual(functionSize(KALLSYMS, "some_data"), null);
  strictEqual(functionSize("0000000000000000 T vfs_unlink\n", "vfs_unlink"), null);
});

function machine(files: Readonly<Record<string, string>>) {
  const kernel = fakeKernel({
    perf: { tracefs: () => "/t" },
    files: { readText: (path) => files[path] ?? "" },
  });
  return { kernel, layout: new Layout("/run/x"), now: () => new Date(0) };
}

Deno.test("suggestFunctions() prefers what can be traced", () => {
  const list = "vfs_unlink\nvfs_rename\nin_module [veth]\n";
  deepStrictEqual(
    suggestFunctions(machine({ "/t/available_filter_functions": list }), "vfs_unlnik"),
    ["vfs_unlink"],
  );
  deepStrictEqual(suggestFunctions(machine({ "/proc/kallsyms": KALLSYMS }), "in_modul"), [
    "in_module",
  ]);
});

Deno.test("suggestLsmHooks() knows the hooks that BPF may take", () => {
  deepStrictEqual(suggestLsmHooks(machine({ "/proc/kallsyms": KALLSYMS }), "file_opne"), [
    "file_open",
  ]);
});
