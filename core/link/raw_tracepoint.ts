/**
 * Raw tracepoints: the arguments as the kernel passes them (links since Linux 5.7).
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { nearest } from "../suggest.ts";
import type { RawTracepointDetails, RawTracepointTarget } from "../types.ts";
import type { LinkDriver } from "./driver.ts";

const MOST_SUGGESTIONS = 3;

function unknown({ kernel }: Machine, name: string): BpfmanError {
  const events = kernel.files.readText(`${kernel.perf.tracefs()}/available_events`).split("\n")
    .map((line) => line.slice(line.indexOf(":") + 1));
  const near = nearest(name, [...new Set(events)], MOST_SUGGESTIONS);
  const question = near.length === 0 ? "" : `; did you mean: ${near.join(", ")}?`;
  return new BpfmanError(`Raw tracepoint "${name}" not found${question}`, {
    code: "tracepoint-not-found",
    kind: ErrorKind.NOT_FOUND,
    hint: "Give the name alone, without its group; system calls have only sys_enter and sys_exit",
  });
}

/** Raw tracepoint links. */
export const rawTracepointDriver: LinkDriver<RawTracepointTarget, RawTracepointDetails> = {
  types: ["raw_tracepoint"],
  resolve: (_context, { name }) => ({ kind: "raw_tracepoint", name }),
  attach({ machine }, programFd, details) {
    try {
      const link = machine.kernel.bpf.openRawTracepoint(programFd, details.name);
      return { links: [link], details };
    } catch (error) {
      throw isSyscallError(error, "ENOENT") ? unknown(machine, details.name) : error;
    }
  },
  pinPath: ({ machine }, id) => machine.layout.linkPin(id),
};
