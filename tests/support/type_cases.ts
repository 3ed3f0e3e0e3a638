/**
 * Every program type: an object, a place, and something to be counted there. One suite runs them
 * all (`tests/kernel/types_test.ts`), and `docs/support.md` says where each passed.
 *
 * @module
 */
import type { ProgramType } from "../../core/types.ts";
import type { Need } from "./requires.ts";
import type { Stage } from "./stage.ts";

/** One program type. */
export interface TypeCase {
  readonly type: ProgramType;
  /** What the type needs besides what every case needs. */
  readonly needs: readonly Need[];
  readonly fixture: string;
  /** Program of the object, with its third part where the type has one. */
  readonly program: string;
  /** Arguments of the load. */
  readonly load?: (stage: Stage) => Promise<readonly string[]>;
  /** Words after `attach ID`. */
  readonly place: (stage: Stage) => Promise<readonly string[]>;
  /** Does what the program sees, this many times. */
  readonly provoke: (stage: Stage, count: number) => Promise<void>;
  /** Pinned map, and the slot in it that counts. */
  readonly map: string;
  readonly slot: number;
  /** False where the number of events is not ours to say: then at least one is wanted. */
  readonly isExact?: boolean;
  /** False where the hook has no kernel link. */
  readonly hasLink?: boolean;
}

const XDP_PASS = 2;
const OPENAT = Deno.build.arch === "aarch64" ? 56 : 257;

/** A number as a global variable of 64 bits takes it. */
function hex(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(value), true);
  return `0x${new Uint8Array(view.buffer).toHex()}`;
}

async function forActor(stage: Stage): Promise<string[]> {
  return ["-g", `target_tgid=${(await stage.actor()).pidAsGlobal}`];
}

async function forRemover(stage: Stage): Promise<string[]> {
  return ["-g", `target_tgid=${(await stage.remover()).pidAsGlobal}`];
}

async function onWire(stage: Stage, ...more: readonly string[]): Promise<string[]> {
  const { near } = await stage.wire();
  return ["--iface", near.interface, "--netns", near.netns, "--priority", "50", ...more];
}

async function receive(stage: Stage, count: number): Promise<void> {
  await (await stage.wire()).sendIn(count);
}

async function openFiles(stage: Stage, count: number): Promise<void> {
  await (await stage.actor()).openFiles(count);
}

/** Removes files on tmpfs, as an overlay would remove each of them twice. */
async function removeFiles(stage: Stage, count: number): Promise<void> {
  const remover = await stage.remover();
  const folder = Deno.makeTempDirSync({ dir: "/dev/shm" });
  await remover.removeFiles(folder, count);
  Deno.removeSync(folder);
}

async function connect(stage: Stage, count: number): Promise<void> {
  await (await stage.actor()).do(
    `for ((i = 0; i < ${count}; i++)); do echo x > /dev/udp/127.0.0.1/9; done`,
  );
}

const NETWORK: readonly TypeCase[] = [
  {
    type: "xdp",
    needs: [],
    fixture: "xdp_counter",
    program: "xdp_count",
    place: async (stage) => ["xdp", ...await onWire(stage)],
    provoke: receive,
    map: "xdp_stats",
    slot: XDP_PASS,
  },
  {
    type: "tc",
    needs: [],
    fixture: "tcx_counter",
    program: "tcx_ingress_count",
    place: async (stage) => ["tc", ...await onWire(stage, "--direction", "ingress")],
    provoke: receive,
    map: "tcx_stats",
    slot: 0,
    hasLink: false,
  },
  {
    type: "tcx",
    needs: ["tcx"],
    fixture: "tcx_counter",
    program: "tcx_ingress_count",
    place: async (stage) => ["tcx", ...await onWire(stage, "--direction", "ingress")],
    provoke: receive,
    map: "tcx_stats",
    slot: 0,
  },
  {
    type: "netkit",
    needs: ["netkit"],
    fixture: "tcx_counter",
    program: "tcx_egress_count",
    place: async (stage) => {
      const pair = await stage.netkit();
      return ["netkit", pair.interface, "--netns", pair.netns, "--priority", "50"];
    },
    provoke: async (stage, count) => await (await stage.netkit()).sendFromPrimary(count),
    map: "tcx_stats",
    slot: 1,
  },
  {
    type: "cgroup_skb",
    needs: ["cgroup2"],
    fixture: "cgroup_counter",
    program: "cgroup_out",
    place: async (stage) => [
      "cgroup_skb",
      (await stage.cgroup()).path,
      "--direction",
      "egress",
    ],
    provoke: connect,
    map: "cgroup_stats",
    slot: 1,
  },
  {
    type: "cgroup_sock_addr",
    needs: ["cgroup2"],
    fixture: "cgroup_counter",
    program: "cgroup_connect",
    place: async (stage) => ["cgroup_sock_addr", (await stage.cgroup()).path],
    provoke: connect,
    map: "cgroup_stats",
    slot: 2,
  },
];

const TRACING: readonly TypeCase[] = [
  {
    type: "tracepoint",
    needs: ["tracefs"],
    fixture: "tracepoint_counter",
    program: "count_openat",
    load: forActor,
    place: () => Promise.resolve(["tracepoint", "syscalls/sys_enter_openat"]),
    provoke: openFiles,
    map: "tracepoint_stats",
    slot: 0,
  },
  {
    type: "raw_tracepoint",
    needs: [],
    fixture: "sampler",
    program: "sys_enter_count",
    load: async (stage) => [
      ...await forActor(stage),
      "-g",
      `target_syscall=${hex(OPENAT)}`,
    ],
    place: () => Promise.resolve(["raw_tracepoint", "sys_enter"]),
    provoke: openFiles,
    map: "sampler_stats",
    slot: 2,
  },
  ...(["kprobe", "kretprobe"] as const).map((type): TypeCase => ({
    type,
    needs: ["kprobe"],
    fixture: "kprobe_counter",
    program: `${type}_count`,
    load: forRemover,
    place: () => Promise.resolve([type, "vfs_unlink"]),
    provoke: removeFiles,
    map: "kprobe_stats",
    slot: type === "kprobe" ? 0 : 1,
  })),
  ...(["uprobe", "uretprobe"] as const).map((type): TypeCase => ({
    type,
    needs: ["uprobe"],
    fixture: "uprobe_counter",
    program: `${type}_count`,
    load: forActor,
    place: () => Promise.resolve([type, "libc", "--fn-name", "umask"]),
    provoke: async (stage, count) => await (await stage.actor()).callUmask(count),
    map: "uprobe_stats",
    slot: type === "uprobe" ? 0 : 1,
  })),
  ...(["fentry", "fexit"] as const).map((type): TypeCase => ({
    type,
    needs: [type],
    fixture: "fentry_counter",
    program: `${type}_count:vfs_unlink`,
    load: forRemover,
    place: () => Promise.resolve([type]),
    provoke: removeFiles,
    map: "fentry_stats",
    slot: type === "fentry" ? 0 : 1,
  })),
  {
    type: "lsm",
    needs: ["lsm"],
    fixture: "lsm_counter",
    program: "file_open_count:file_open",
    load: forActor,
    place: () => Promise.resolve(["lsm"]),
    provoke: openFiles,
    map: "lsm_stats",
    slot: 0,
  },
  {
    type: "perf_event",
    needs: [],
    fixture: "sampler",
    program: "sample_count",
    load: forActor,
    place: () => Promise.resolve(["perf_event", "--frequency", "500"]),
    provoke: async (stage) =>
      await (await stage.actor()).do("for ((i = 0; i < 100000; i++)); do :; done"),
    map: "sampler_stats",
    slot: 0,
    isExact: false,
  },
];

/** Every program type. */
export const TYPE_CASES: readonly TypeCase[] = [...NETWORK, ...TRACING];
