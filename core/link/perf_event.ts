/**
 * Samples of the processor clock: an event and a link for each processor, or one of each for a
 * single process (links since Linux 5.15).
 *
 * @module
 */
import { usageError } from "../errors.ts";
import type { Machine } from "../machine.ts";
import type { PerfEventDetails, PerfEventTarget } from "../types.ts";
import type { LinkDriver } from "./driver.ts";
import { checkPid } from "./process.ts";
import { BPF_PERF_EVENT } from "./tracepoint.ts";

/** Reads a list of processors, such as `0-3,8`. */
function parseCpuList(text: string): number[] {
  return text.trim().split(",").filter((part) => part !== "").flatMap((part) => {
    const [first = 0, last = first] = part.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}

function checkFrequency({ kernel }: Machine, frequency: number): number {
  const most = Number(kernel.files.readText("/proc/sys/kernel/perf_event_max_sample_rate").trim());
  if (Number.isSafeInteger(frequency) && frequency >= 1 && frequency <= most) return frequency;
  throw usageError(
    `The frequency ${frequency} is not a whole number from 1 to ${most}`,
    "sysctl kernel.perf_event_max_sample_rate sets the highest",
  );
}

/** perf_event links. */
export const perfEventDriver: LinkDriver<PerfEventTarget, PerfEventDetails> = {
  types: ["perf_event"],
  resolve({ machine }, target) {
    const frequency = checkFrequency(machine, target.frequency);
    const pid = checkPid(machine, target.pid ?? 0);
    const online = machine.kernel.files.readText("/sys/devices/system/cpu/online");
    return { kind: "perf_event", frequency, pid, cpus: pid === 0 ? parseCpuList(online) : [] };
  },
  attach({ machine }, programFd, details) {
    const { frequency, cpus } = details;
    const pid = details.pid === 0 ? -1 : details.pid;
    using made = new DisposableStack();
    const links = (cpus.length === 0 ? [-1] : cpus).map((cpu) => {
      using event = machine.kernel.perf.open({ kind: "cpu-clock", frequency, pid, cpu });
      const place = { programFd, target: event.raw, attachType: BPF_PERF_EVENT };
      return made.use(machine.kernel.bpf.createLink(place));
    });
    made.move();
    return { links, details };
  },
  pinPath: ({ machine }, id) => machine.layout.linkPin(id),
};
