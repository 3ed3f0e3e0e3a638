/**
 * Failures of the manager without a kernel, by the id that names them.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../../core/errors.ts";

const LOG = [
  "0: R1=ctx() R10=fp0",
  "; return packet[0]; @ bad.bpf.c:9",
  "0: (61) r1 = *(u32 *)(r1 +0)",
  "invalid access to packet, off=0 size=1, R1(id=0,off=0,r=0)",
  "processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0",
].join("\n");

/** Failures by the id that brings them about. */
const FAILURES: Readonly<Record<number, () => Error>> = {
  901: () => new Error("Cannot go on", { cause: new TypeError("Database is locked") }),
  904: () =>
    new BpfmanError("Program 904 may not be used", { code: "denied", kind: ErrorKind.POLICY }),
  905: () =>
    new BpfmanError('Cannot attach "count" to "eth0"', {
      code: "kernel-refused",
      kind: ErrorKind.KERNEL,
      hint: "Detach the other program first",
      cause: new Error("bpf_link_create failed: EBUSY"),
    }),
  906: () =>
    new BpfmanError("Timed out waiting for the lock after 30s", {
      code: "lock-timeout",
      kind: ErrorKind.LOCK_TIMEOUT,
    }),
  907: () => new BpfmanError("Cannot reach it", { code: "network", kind: ErrorKind.NETWORK }),
};

/** What a load of a refused object ends in. */
export function verifierError(path: string): BpfmanError {
  return new BpfmanError(`Cannot load program "count" of "${path}": the verifier refused it`, {
    code: "verifier-rejected",
    kind: ErrorKind.KERNEL,
    log: LOG,
  });
}

/** The failure that an id brings about; undefined for most. */
export function failureOf(id: number): Error | undefined {
  return FAILURES[id]?.();
}
