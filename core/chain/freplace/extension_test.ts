import { ok, strictEqual, throws } from "node:assert/strict";
import { fakeKernel } from "../../../tests/support/fake_kernel.ts";
import { BpfmanError } from "../../errors.ts";
import { Layout } from "../../layout.ts";
import type { Machine } from "../../machine.ts";
import { withAdvice } from "./extension.ts";

class SyscallError extends Error {
  override readonly name = "SyscallError";
  readonly code: string;

  constructor(code: string) {
    super(`bpf(BPF_PROG_LOAD): ${code}`);
    this.code = code;
  }
}

function machineWith(...capabilities: readonly string[]): Machine {
  const kernel = fakeKernel({ host: { capabilities: () => new Set(capabilities) } });
  return { kernel, layout: new Layout("/run/x"), now: () => new Date(0) };
}

function errorOf(machine: Machine, code: string): BpfmanError {
  let caught: unknown;
  throws(() =>
    withAdvice(machine, { action: "Cannot make it" }, () => {
      throw new SyscallError(code);
    }), (error) => {
    caught = error;
    return true;
  });
  ok(caught instanceof BpfmanError);
  return caught;
}

Deno.test("withAdvice() names the way out where the kernel permits no extensions", () => {
  const error = errorOf(machineWith("CAP_SYS_ADMIN"), "EPERM");
  strictEqual(error.code, "kernel-forbids");
  strictEqual(error.hint?.includes("--engine compose"), true);
});

Deno.test("withAdvice() leaves missing rights what they are", () => {
  const error = errorOf(machineWith("CAP_BPF"), "EPERM");
  strictEqual(error.code, "missing-capability");
  strictEqual(error.hint?.startsWith("Run as root"), true);
});
