import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { LibraryError, ObjectError, SyscallError, VerifierError } from "../ffi/errno.ts";
import { fakeKernel } from "../tests/support/fake_kernel.ts";
import { BpfmanError } from "./errors.ts";
import { decisiveLine, explain, isSyscallError, withExplanation } from "./kernel_errors.ts";

const WORK = { action: 'Cannot load program "x"', needs: ["CAP_BPF", "CAP_PERFMON"] };

/** Logs as kernels wrote them, and the line that says why. */
const LOGS: readonly [string, string][] = [
  [
    "0: R1=ctx(off=0,imm=0) R10=fp0\n; packet[100]\n3: (71) r1 = *(u8 *)(r1 +100)\n" +
    "invalid access to packet, off=100 size=1, R1(id=0,off=100,r=0)\n" +
    "R1 offset is outside of the packet\nprocessed 4 insns (limit 1000000) max_states_per_insn 0 " +
    "total_states 0 peak_states 0 mark_read 0\n",
    "R1 offset is outside of the packet",
  ],
  [
    "0: (85) call bpf_trace_printk#6\ncannot call GPL-restricted function from non-GPL " +
    "compatible program\nprocessed 3 insns (limit 1000000) max_states_per_insn 0\n",
    "cannot call GPL-restricted function from non-GPL compatible program",
  ],
  [
    "func#0 @0\nverification time 57 usec\nstack depth 0\nprocessed 2 insns (limit 1000000)",
    "func#0 @0",
  ],
  ["Subprog prog1 doesn't exist", "Subprog prog1 doesn't exist"],
  ["", ""],
  ["processed 0 insns (limit 1000000) max_states_per_insn 0\n\n", ""],
];

for (const [log, line] of LOGS) {
  Deno.test(`decisiveLine() finds "${line}"`, () => strictEqual(decisiveLine(log), line));
}

function explained(error: unknown, held: readonly string[] = ["CAP_BPF", "CAP_PERFMON"]) {
  const kernel = fakeKernel({ host: { capabilities: () => new Set(held) } });
  const result = explain(error, WORK, kernel);
  ok(result instanceof BpfmanError, String(result));
  return result;
}

Deno.test("explain() names the capabilities that are missing, and only those", () => {
  const error = explained(new SyscallError("bpf(BPF_LINK_CREATE)", 1), ["CAP_BPF"]);
  strictEqual(error.code, "missing-capability");
  strictEqual(error.kind, "kernel");
  match(error.message, /^Cannot load program "x": missing capability CAP_PERFMON$/);
});

Deno.test("explain() blames the kernel's policy when every capability is held", () => {
  for (const held of [["CAP_BPF", "CAP_PERFMON"], ["CAP_SYS_ADMIN"]]) {
    const error = explained(new ObjectError("bpf_object__load", 1, []), held);
    strictEqual(error.code, "kernel-forbids");
    match(error.message, /the kernel does not permit it although CAP_BPF, CAP_PERFMON is held/);
  }
});

Deno.test("explain() gives the verifier's whole log and the line that says why", () => {
  const log = "1: (00) x\nR0 !read_ok\nprocessed 1 insns";
  const error = explained(new VerifierError("x", 13, log));
  strictEqual(error.code, "verifier-rejected");
  strictEqual(error.log, log);
  match(error.message, /: the kernel verifier refused it: R0 !read_ok$/);
});

Deno.test("explain() names the package of a missing library", () => {
  const error = explained(new LibraryError("Cannot find it", "libbpf.so.1", "libbpf1"));
  strictEqual(error.code, "library-missing");
  match(error.hint ?? "", /apt-get install libbpf1/);
});

Deno.test("explain() says what libbpf said about an object", () => {
  const messages = ["elf: bad header", "failed to open"];
  const error = explained(new ObjectError("bpf_object__open_mem", 4001, messages));
  match(error.message, /elf: bad header; failed to open$/);
  match(explained(new ObjectError("bpf_object__open_mem", 4001, [])).message, /bpf_object__open/);
});

Deno.test("explain() prefers a hint of the work's own", () => {
  const kernel = fakeKernel();
  const work = { ...WORK, hints: { ESRCH: "no such function" } };
  const error = explain(new SyscallError("bpf", 3), work, kernel);
  ok(error instanceof BpfmanError);
  strictEqual(error.hint, "no such function");
});

Deno.test("explain() leaves other errors as they are", () => {
  const error = new TypeError("Some fault of ours");
  strictEqual(explain(error, WORK, fakeKernel()), error);
  const own = new BpfmanError("known", { code: "known" });
  strictEqual(explain(own, WORK, fakeKernel()), own);
});

Deno.test("isSyscallError() looks at the kind and the number's name", () => {
  strictEqual(isSyscallError(new SyscallError("x", 2)), true);
  strictEqual(isSyscallError(new SyscallError("x", 2), "ENOENT"), true);
  strictEqual(isSyscallError(new SyscallError("x", 2), "EPERM"), false);
  strictEqual(isSyscallError(new Error("x")), false);
});

Deno.test("withExplanation() passes results on", () => {
  deepStrictEqual(withExplanation(fakeKernel(), WORK, () => [1]), [1]);
});
