/**
 * Loading against BTF of a file, as images bring it for kernels that have none.
 *
 * @module
 */
import { ok, throws } from "node:assert/strict";
import { btfBytesOf } from "../../bytecode-tools/btf/file.ts";
import { minBtf } from "../../bytecode-tools/inspector/min_btf.ts";
import { openKernel } from "../../ffi/mod.ts";
import { fixture } from "../support/cli.ts";
import "../support/in_process.ts";
import { kernelTest } from "../support/requires.ts";

const KERNEL_BTF = "/sys/kernel/btf/vmlinux";
/** Numbers of `enum bpf_prog_type`. */
const RAW_TRACEPOINT = 17;

function load(btfPath: string) {
  return openKernel().loader.load({
    bytes: Deno.readFileSync(fixture("core_fields")),
    name: "bpfman",
    program: "read_fields",
    type: RAW_TRACEPOINT,
    expectedAttachType: 0,
    btfPath,
  });
}

kernelTest("a program loads against the minimal BTF of a file, and against no other", [
  "root",
  `file:${KERNEL_BTF}`,
], () => {
  const folder = Deno.makeTempDirSync({ prefix: "bpfman-btf-" });
  try {
    const object = Deno.readFileSync(fixture("core_fields"));
    const minimal = `${folder}/minimal.btf`;
    Deno.writeFileSync(minimal, minBtf(object, Deno.readFileSync(KERNEL_BTF)));
    {
      using loaded = load(minimal);
      ok(loaded.programFd > 0);
    }
    // the file is what counts: where it lacks the kernel's types, the fields are not found
    const other = `${folder}/other.btf`;
    Deno.writeFileSync(other, btfBytesOf(Deno.readFileSync(fixture("xdp_pass"))));
    throws(() => load(other), /read_fields/);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
