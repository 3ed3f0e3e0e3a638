/**
 * Counting packets that XDP programs abort, by a small program on the tracepoint
 * `xdp:xdp_exception`: no other count of the kernel tells them from packets that are dropped.
 *
 * @module
 */
import { BPF_PERF_EVENT } from "../../link/tracepoint.ts";
import type { Machine } from "../../machine.ts";
import { PROGRAM_KINDS } from "../../program/kinds.ts";
import type { ProgramId } from "../../types.ts";
import { XDP_EXCEPTIONS } from "./xdp_exceptions_object.ts";

/** Counts while it is open. */
export interface ExceptionCounter extends Disposable {
  /** Packets that a watched program aborted since the counter was opened. */
  countOf(program: ProgramId): bigint;
}

/** Bytes of a count. */
const COUNT_SIZE = 8;

/**
 * Begins to count.
 *
 * @param machine The machine (needs CAP_BPF, CAP_PERFMON, and what opens a perf event).
 * @param programs Programs that interfaces run: of chains, the main ones.
 */
export function countExceptions(
  { kernel }: Machine,
  programs: readonly ProgramId[],
): ExceptionCounter {
  using steps = new DisposableStack();
  const { type, expectedAttachType } = PROGRAM_KINDS.tracepoint;
  const object = steps.use(kernel.loader.load({
    bytes: Uint8Array.fromBase64(XDP_EXCEPTIONS),
    name: "bpfman",
    program: "xdp_exceptions",
    programCount: 1,
    type,
    expectedAttachType,
  }));
  const map = object.maps.find(({ name }) => name === "aborted");
  if (map === undefined) throw new TypeError("Cannot count aborted packets: the map is missing");
  for (const id of programs) kernel.maps.write(map.fd, id, new Uint8Array(COUNT_SIZE));
  using event = kernel.perf.open({ kind: "tracepoint", group: "xdp", name: "xdp_exception" });
  // the link holds the event, and goes with its descriptor: nothing stays behind after a kill
  steps.use(kernel.bpf.createLink({
    programFd: object.programFd,
    target: event.raw,
    attachType: BPF_PERF_EVENT,
  }));
  const owned = steps.move();
  return {
    countOf: (id) => new DataView(kernel.maps.read(map.fd, id).buffer).getBigUint64(0, true),
    [Symbol.dispose]: () => owned.dispose(),
  };
}
