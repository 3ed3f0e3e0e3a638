/**
 * Lists with their filters.
 *
 * @module
 */
import type { ProgramInfo } from "../ffi/mod.ts";
import { findHolders } from "./holders.ts";
import { withExplanation } from "./kernel_errors.ts";
import { lookProgram } from "./lookups.ts";
import type { Machine } from "./machine.ts";
import { PROGRAM_KINDS } from "./program/kinds.ts";
import { matchesSelector, parseSelector } from "./selector.ts";
import { linksOf, type StoreState } from "./store/state.ts";
import type {
  LinkFilter,
  LinkKind,
  LinkRecord,
  LinkView,
  Metadata,
  ProgramFilter,
  ProgramId,
  ProgramRecord,
  ProgramRow,
  ProgramType,
} from "./types.ts";
import { applicationOf, viewLink } from "./view.ts";

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

function hasMetadata(record: ProgramRecord | undefined, wanted: Metadata): boolean {
  return Object.entries(wanted).every(([key, value]) => record?.metadata[key] === value);
}

/** The filters that look at a program's own row. */
interface OwnerFilter {
  readonly types?: readonly ProgramType[];
  readonly application?: string;
  readonly metadata?: Metadata;
  readonly selector?: string;
}

function isWantedOwner(record: ProgramRecord | undefined, filter: OwnerFilter): boolean {
  const { types, application, metadata, selector } = filter;
  if (types !== undefined && (record === undefined || !types.includes(record.type))) return false;
  if (application !== undefined && applicationOf(record) !== application) return false;
  if (metadata !== undefined && !hasMetadata(record, metadata)) return false;
  return selector === undefined ||
    matchesSelector(parseSelector(selector), record?.metadata ?? {});
}

function managedRow(machine: Machine, state: StoreState, record: ProgramRecord): ProgramRow {
  const { kernel } = machine;
  const info = lookProgram(machine, record);
  return {
    programId: record.programId,
    isManaged: true,
    application: applicationOf(record),
    type: record.type,
    functionName: record.name,
    links: linksOf(state, record.programId).map((link) => link.id),
    record,
    kernel: info,
    loadedAt: info === null ? null : kernel.host.bootTimeToDate(info.loadTime),
    holders: [],
  };
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

function foreignRows(machine: Machine, state: StoreState, filter: ProgramFilter): ProgramRow[] {
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

/** Programs that pass a filter, ascending by id. */
export function listProgramRows(
  machine: Machine,
  state: StoreState,
  filter: ProgramFilter,
): ProgramRow[] {
  const work = { action: "Cannot list programs", needs: ["CAP_SYS_ADMIN"] };
  const managed = withExplanation(
    machine.kernel,
    work,
    () =>
      [...state.programs.values()].filter((record) => isWantedOwner(record, filter))
        .map((record) => managedRow(machine, state, record))
        .filter(({ links }) =>
          filter.attached === undefined || filter.attached === (links.length > 0)
        ),
  );
  const foreign = filter.all === true ? foreignRows(machine, state, filter) : [];
  return [...managed, ...foreign].sort((a, b) => a.programId - b.programId);
}

function kindOf(record: LinkRecord): LinkKind {
  return record.details.kind;
}

/** Links that pass a filter, ascending by id. */
export function listLinkViews(
  machine: Machine,
  state: StoreState,
  filter: LinkFilter,
): LinkView[] {
  const work = { action: "Cannot list links", needs: ["CAP_SYS_ADMIN"] };
  return withExplanation(machine.kernel, work, () =>
    [...state.links.values()]
      .filter((record) => filter.kinds?.includes(kindOf(record)) ?? true)
      .filter(({ programId }) => filter.programId === undefined || filter.programId === programId)
      .filter(({ programId }) => isWantedOwner(state.programs.get(programId), filter))
      .map((record) => viewLink(machine, state, record)));
}
