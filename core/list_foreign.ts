/**
 * The list of programs that others have loaded.
 *
 * @module
 */
import type { ProgramInfo } from "../ffi/mod.ts";
import { findHolders } from "./holders.ts";
import { withExplanation } from "./kernel_errors.ts";
import type { Machine } from "./machine.ts";
import { PROGRAM_KINDS } from "./program/kinds.ts";
import { matchesSelector, parseSelector } from "./selector.ts";
import type { StoreState } from "./store/state.ts";
import type { ProgramFilter, ProgramId, ProgramRow } from "./types.ts";

/** `enum bpf_prog_type` in words (uapi/linux/bpf.h), by number. */
const KERNEL_TYPES = [
  "unspec",
  "socket_filter",
  "kprobe",
  "sched_cls",
  "sched_act",
  "tracepoint",
  "xdp",
  "perf_event",
  "cgroup_skb",
  "cgroup_sock",
  "lwt_in",
  "lwt_out",
  "lwt_xmit",
  "sock_ops",
  "sk_skb",
  "cgroup_device",
  "sk_msg",
  "raw_tracepoint",
  "cgroup_sock_addr",
  "lwt_seg6local",
  "lirc_mode2",
  "sk_reuseport",
  "flow_dissector",
  "cgroup_sysctl",
  "raw_tracepoint_writable",
  "cgroup_sockopt",
  "tracing",
  "struct_ops",
  "extension",
  "lsm",
  "sk_lookup",
  "syscall",
  "netfilter",
] as const;

/** Word for a kernel program type, such as `sched_cls`. */
export function kernelTypeName(type: number): string {
  return KERNEL_TYPES[type] ?? `type ${type}`;
}

function foreignRow({ kernel }: Machine, id: ProgramId, info: ProgramInfo): ProgramRow {
  return {
    programId: id,
    isManaged: false,
    application: "",
    type: kernelTypeName(info.type),
    functionName: info.name,
    links: [],
    record: null,
    kernel: info,
    loadedAt: kernel.host.bootTimeToDate(info.loadTime),
    holders: [],
  };
}

/** Programs of others that pass a filter; what only ours have keeps them out. */
export function foreignRows(
  machine: Machine,
  state: StoreState,
  filter: ProgramFilter,
): ProgramRow[] {
  const isRowless = filter.application !== undefined || filter.attached === true ||
    Object.keys(filter.metadata ?? {}).length > 0;
  if (isRowless || !matchesSelector(parseSelector(filter.selector ?? ""), {})) return [];
  const wanted = filter.types?.map((type) => PROGRAM_KINDS[type].type);
  const { bpf, files } = machine.kernel;
  const holders = findHolders(files);
  const work = { action: "Cannot list the programs of others", needs: ["CAP_SYS_ADMIN"] };
  return withExplanation(
    machine.kernel,
    work,
    () =>
      bpf.ids("program").filter((id) => !state.programs.has(id))
        .flatMap((id) => {
          const info = bpf.programInfo(id);
          const isWanted = info !== null && (wanted === undefined || wanted.includes(info.type));
          if (!isWanted) return [];
          return [{ ...foreignRow(machine, id, info), holders: holders.get(id) ?? [] }];
        }),
  );
}
