/**
 * Programs and links as a manager shows them, with every optional part once there and once not.
 *
 * @module
 */
import { codesOf } from "../../core/chain/proceed_on.ts";
import type {
  AttachTarget,
  ChainView,
  LinkDetails,
  LinkKind,
  LinkView,
  MapView,
  ProgramRecord,
  ProgramRequest,
  ProgramRow,
  ProgramView,
} from "../../core/types.ts";

type ProgramInfo = NonNullable<ProgramView["kernel"]>;

const LOADED_AT = new Date("2026-01-02T03:04:05.678Z");

/** What the kernel says of a program. */
export function sampleProgramInfo(id: number, more: Partial<ProgramInfo> = {}): ProgramInfo {
  return {
    id,
    type: 6,
    name: "count",
    tag: "8b87438288e11ed4",
    jitedSize: 114,
    xlatedSize: 168,
    isRestricted: false,
    loadTime: 1_000_000_000n,
    uid: 0,
    mapIds: [7],
    gplCompatible: true,
    btfId: 21,
    runTimeNs: 0n,
    runCount: 0n,
    recursionMisses: 0n,
    verifiedInsns: 13,
    attachBtfObjId: 0,
    attachBtfId: 0,
    memlock: 4096,
    ...more,
  };
}

/** A record. */
export function sampleRecord(id: number, more: Partial<ProgramRecord> = {}): ProgramRecord {
  return {
    version: 1,
    programId: id,
    name: "count_packets",
    type: "xdp",
    attachFunction: null,
    source: { kind: "file", path: "counter.bpf.o" },
    objectDigest: `sha256:${"ab".repeat(32)}`,
    globals: {},
    metadata: {},
    license: "Dual BSD/GPL",
    gplCompatible: true,
    mapOwnerId: null,
    createdAt: "2026-01-02T03:04:05.999Z",
    ...more,
  };
}

function sampleMap(programId: number): MapView {
  return {
    info: {
      id: 7,
      type: 6,
      name: "packet_counters",
      keySize: 4,
      valueSize: 8,
      maxEntries: 5,
      flags: 0,
      btfId: 20,
      btfKeyTypeId: 0,
      btfValueTypeId: 0,
      mapExtra: 0n,
      memlock: 4096,
      isFrozen: false,
    },
    name: "packet_counters_by_action",
    pinPath: `/run/bpfman/fs/maps/${programId}/packet_counters_by_action`,
    isPinned: true,
  };
}

/** A program in full. */
export function sampleProgram(
  record: ProgramRecord,
  more: Partial<ProgramView> = {},
): ProgramView {
  const id = record.programId;
  return {
    record,
    kernel: sampleProgramInfo(id),
    loadedAt: LOADED_AT,
    links: [],
    maps: [sampleMap(id)],
    mapUsedBy: [id],
    programPin: `/run/bpfman/fs/prog_${id}`,
    mapDirectory: `/run/bpfman/fs/maps/${record.mapOwnerId ?? id}`,
    bytecodePath: `/run/bpfman/programs/${id}/bytecode.o`,
    isPinned: true,
    ...more,
  };
}

/** A program as a load makes it. */
export function loadedProgram(id: number, request: ProgramRequest, more: Partial<ProgramRecord>) {
  return sampleProgram(sampleRecord(id, {
    ...more,
    name: request.name,
    type: request.type,
    attachFunction: request.attachFunction ?? null,
  }));
}

/** A row of a list for a program. */
export function rowOf(view: ProgramView): ProgramRow {
  const { record } = view;
  return {
    programId: record.programId,
    isManaged: true,
    application: record.metadata["bpfman.io/application"] ?? "",
    type: record.type,
    functionName: record.name,
    links: view.links.map((link) => link.record.id),
    record,
    kernel: view.kernel,
    loadedAt: view.loadedAt,
    holders: [],
  };
}

/** A row of a list for a program that others loaded. */
export function foreignRow(id: number): ProgramRow {
  return {
    programId: id,
    isManaged: false,
    application: "",
    type: "cgroupskb",
    functionName: "sd_fw_ingress",
    links: [],
    record: null,
    kernel: sampleProgramInfo(id, { type: 8, name: "sd_fw_ingress", memlock: null }),
    loadedAt: LOADED_AT,
    holders: [{ pid: 1, command: "systemd" }],
  };
}

/** Where a link sits, from where it was to be put. */
export function detailsOf(target: AttachTarget): LinkDetails {
  const netns = { netns: null, ifindex: 4, nsid: 4026531840 };
  switch (target.kind) {
    case "xdp":
      return {
        ...netns,
        mode: "native",
        isModeForced: target.mode !== undefined,
        ...target,
        proceedOn: codesOf("xdp", target.proceedOn ?? ["pass", "dispatcher_return"]),
      };
    case "tc":
      return {
        ...netns,
        filterPriority: 50,
        filterHandle: 1,
        ...target,
        proceedOn: codesOf("tc", target.proceedOn ?? ["pipe", "dispatcher_return"]),
      };
    case "tcx":
      return { ...netns, ...target };
    case "netkit":
      return { ...netns, end: "primary", ...target };
    case "kprobe":
      return { offset: 0, ...target };
    case "uprobe":
      return {
        kind: "uprobe",
        target: target.target,
        path: `/usr/lib/${target.target}.so.6`,
        functionName: target.functionName ?? null,
        fileOffset: 0x1000 + (target.offset ?? 0),
        offset: target.offset ?? 0,
        pid: target.pid ?? 0,
        containerPid: target.containerPid ?? 0,
      };
    case "fentry":
    case "fexit":
      return { kind: target.kind, functionName: "vfs_unlink" };
    case "lsm":
      return { kind: "lsm", hookName: "file_open" };
    case "cgroup_skb":
    case "cgroup_sock_addr": {
      const hook = target.kind === "cgroup_skb" ? target.direction ?? "ingress" : "connect4";
      return { kind: target.kind, path: `/sys/fs/cgroup/${target.path}`, cgroupId: 77, hook };
    }
    case "perf_event":
      return { pid: 0, cpus: [0, 1], ...target };
    default:
      return target;
  }
}

/** Kernel numbers of link types (`enum bpf_link_type`). */
const LINK_TYPES: Readonly<Record<LinkKind, number>> = {
  xdp: 6,
  tc: 0,
  tcx: 11,
  netkit: 13,
  tracepoint: 7,
  raw_tracepoint: 1,
  kprobe: 7,
  kretprobe: 7,
  uprobe: 7,
  uretprobe: 7,
  fentry: 2,
  fexit: 2,
  lsm: 2,
  cgroup_skb: 3,
  cgroup_sock_addr: 3,
  perf_event: 7,
};

/** The chain of a program alone. */
const DIRECT_CHAIN: ChainView = {
  choice: "auto",
  engine: "direct",
  reason: "one program alone needs no dispatcher",
  revision: 1,
  mainProgramId: 63,
  length: 1,
  runs: null,
};

/** A link in full. */
export function sampleLink(
  id: number,
  details: LinkDetails,
  more: Partial<LinkView> & { readonly programId?: number } = {},
): LinkView {
  const { programId = 63, ...view } = more;
  const isMember = details.kind === "xdp" || details.kind === "tc";
  const hasPosition = isMember || details.kind === "tcx";
  return {
    record: {
      version: 1,
      id,
      programId,
      kernelLinkId: 100 + id,
      pinPath: `/run/bpfman/fs/links/${id}`,
      details,
      metadata: {},
      createdAt: "2026-01-02T03:05:00.000Z",
    },
    position: hasPosition ? 0 : null,
    chain: isMember ? DIRECT_CHAIN : null,
    functionName: "count_packets",
    application: "",
    kernel: {
      id: 100 + id,
      type: LINK_TYPES[details.kind],
      programId,
      ifindex: hasPosition ? 4 : 0,
      attachType: 0,
      targetObjId: 0,
      targetBtfId: 0,
      cgroupId: 0,
    },
    isKernelSeen: true,
    isPinPresent: true,
    problem: null,
    ...view,
  };
}
