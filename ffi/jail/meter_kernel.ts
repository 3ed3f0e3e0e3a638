/**
 * Which capabilities each call of the `Kernel` needs, and a kernel whose calls hold just those.
 *
 * @module
 */
import type { Kernel, LinkCreateOptions, ObjectLoadOptions, PerfEventSpec } from "../kernel.ts";
import { within } from "../network.ts";
import type { CapabilityName } from "./capabilities.ts";
import type { CapabilityMeter } from "./meter.ts";

type Needs = readonly CapabilityName[];

/** `enum bpf_attach_type` (uapi/linux/bpf.h). */
const [CGROUP_INET_INGRESS, CGROUP_INET_EGRESS] = [0, 1];

/** What a method needs, some by their arguments. */
type NeedsOf<Method> = Method extends (...args: infer A) => unknown
  ? Needs | ((...args: A) => Needs)
  : never;

/** Every method of a group: one that is new must say what it needs. */
type GroupNeeds<Group> = { readonly [Name in keyof Group]: NeedsOf<Group[Name]> };

const NOTHING: Needs = [];

/**
 * What is made without a program: maps and types; and the sizes of a program. Who has a descriptor of
 * a program, map or link needs nothing more to pin, link or read it: every command asked for CAP_BPF
 * before Linux 5.19 only.
 */
const BPF: Needs = ["CAP_BPF"];
/** Objects by id, which belong to anybody. */
const BY_ID: Needs = ["CAP_SYS_ADMIN"];
/**
 * Loads: those of the network and those that observe need one more each, and the verifier lets a
 * program subtract pointers only with the latter.
 */
const PROGRAM: Needs = ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"];
/** Without it addresses of the kernel read as 0, and libbpf would put that into a program. */
const SYMBOLS: Needs = ["CAP_SYSLOG"];
const NETWORK: Needs = ["CAP_NET_ADMIN"];

/** `BPF_PROG_TYPE_TRACING` (uapi/linux/bpf.h). */
const TRACING = 26;

/**
 * A load opens by their ids the target of an extension, maps that are named so, and the types of the
 * module that has the function.
 */
function needsOfLoad(options: ObjectLoadOptions): Needs {
  const { type, attachTarget, targetProgramFd, reuseMaps = [] } = options;
  const isTraced = type === TRACING && attachTarget !== undefined;
  const isById = isTraced || targetProgramFd !== undefined ||
    reuseMaps.some((map) => "id" in map);
  return [...PROGRAM, ...SYMBOLS, ...(isById ? BY_ID : [])];
}

/** Programs on packets of cgroups may be loaded by anybody, so the kernel asks at the attach. */
function needsOfLink({ attachType }: LinkCreateOptions): Needs {
  const isCgroupSkb = attachType === CGROUP_INET_INGRESS || attachType === CGROUP_INET_EGRESS;
  return isCgroupSkb ? NETWORK : NOTHING;
}

const BPF_NEEDS: GroupNeeds<Kernel["bpf"]> = {
  ids: BY_ID,
  programInfo: BY_ID,
  mapInfo: BY_ID,
  linkInfo: BY_ID,
  btfBytes: BY_ID,
  programInfoByFd: BPF,
  mapInfoByFd: BPF,
  linkInfoByFd: BPF,
  loadProgram: PROGRAM,
  loadBtf: BPF,
  pin: NOTHING,
  openPin: NOTHING,
  openProgram: BY_ID,
  createLink: needsOfLink,
  openRawTracepoint: ["CAP_BPF", "CAP_PERFMON"],
  updateLink: NOTHING,
  enableStats: ["CAP_SYS_ADMIN"],
  detachLink: NOTHING,
};

const LOADER_NEEDS: GroupNeeds<Kernel["loader"]> = {
  warmUp: NOTHING,
  load: needsOfLoad,
  relocate: needsOfLoad,
};

const MAP_NEEDS: GroupNeeds<Kernel["maps"]> = {
  create: BPF,
  open: BY_ID,
  read: NOTHING,
  write: NOTHING,
  waitForPrograms: BPF,
};

/** What `/proc` shows of a process that holds more than this one, the kernel takes for its memory. */
function needsOfPath(path: string): Needs {
  if (path === "/proc/kallsyms") return SYMBOLS;
  return /^(\/host)?\/proc\/\d+\//.test(path) ? ["CAP_SYS_PTRACE"] : NOTHING;
}

const FILE_NEEDS: GroupNeeds<Kernel["files"]> = {
  readBytes: needsOfPath,
  readText: needsOfPath,
  list: needsOfPath,
  exists: needsOfPath,
  inode: needsOfPath,
  readLink: needsOfPath,
  openDirectory: needsOfPath,
  makeDirectory: NOTHING,
  remove: NOTHING,
  removeDirectory: NOTHING,
  setAccess: ["CAP_CHOWN"],
  isBpffs: NOTHING,
  mountBpffs: ["CAP_SYS_ADMIN"],
};

/**
 * Probes of user space change the pages of programs that belong to anybody, and Debian's kernels
 * want CAP_SYS_ADMIN for every event where kernel.perf_event_paranoid is 3.
 */
const EVENT: Needs = ["CAP_PERFMON", "CAP_SYS_ADMIN"];

/** The binary of a process in a container is found by way of the process. */
function needsOfEvent(spec: PerfEventSpec): Needs {
  return "path" in spec ? [...EVENT, ...needsOfPath(spec.path)] : EVENT;
}

const PERF_NEEDS: GroupNeeds<Kernel["perf"]> = { open: needsOfEvent, tracefs: NOTHING };

/** The kernel looks at who opened the netlink socket as well: each call opens its own. */
const TRAFFIC_NEEDS: GroupNeeds<Kernel["traffic"]> = {
  addClsact: NETWORK,
  removeClsact: NETWORK,
  addFilter: NETWORK,
  replaceFilter: NETWORK,
  deleteFilter: NETWORK,
  ingressQdisc: NOTHING,
  filters: NOTHING,
  xdp: NOTHING,
};

/** libxdp finds everything by id. */
const LIBXDP_NEEDS: GroupNeeds<Kernel["libxdp"]> = {
  dispatcher: BY_ID,
  join: [...PROGRAM, ...BY_ID],
  leave: [...PROGRAM, ...BY_ID],
};

/** A group whose methods hold what the table says. */
function meterGroup<Group extends object>(
  group: Group,
  needs: GroupNeeds<Group>,
  meter: CapabilityMeter,
): Group {
  const metered = Object.entries(needs).map(([name, need]) => {
    const method: unknown = Reflect.get(group, name);
    if (typeof method !== "function" || need === NOTHING) return [name, method];
    const call = (...args: unknown[]): unknown => {
      const wanted = typeof need === "function" ? need(...args) : need;
      return meter.hold(wanted as Needs, () => Reflect.apply(method, group, args));
    };
    return [name, call];
  });
  return { ...group, ...Object.fromEntries(metered) };
}

/**
 * A kernel whose calls run with the capabilities that they need, and none in between. Its host names
 * the permitted capabilities, as those are what a call can have.
 *
 * @param kernel The kernel of this machine.
 * @param meter The meter of this thread.
 */
export function meterKernel(kernel: Kernel, meter: CapabilityMeter): Kernel {
  const enter = <T>(step: () => T): T => meter.hold(["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"], step);
  const { host } = kernel;
  return {
    bpf: meterGroup(kernel.bpf, BPF_NEEDS, meter),
    loader: meterGroup(kernel.loader, LOADER_NEEDS, meter),
    maps: meterGroup(kernel.maps, MAP_NEEDS, meter),
    files: meterGroup(kernel.files, FILE_NEEDS, meter),
    perf: meterGroup(kernel.perf, PERF_NEEDS, meter),
    // the work inside has windows of its own
    network: {
      ...kernel.network,
      within: (netns, work) => within(netns, work, enter),
      namespaceId: (netns) =>
        meter.hold(needsOfPath(netns ?? ""), () => kernel.network.namespaceId(netns)),
    },
    traffic: meterGroup(kernel.traffic, TRAFFIC_NEEDS, meter),
    libxdp: meterGroup(kernel.libxdp, LIBXDP_NEEDS, meter),
    host: {
      get release() {
        return host.release;
      },
      get uid() {
        return host.uid;
      },
      capabilities: () => meter.permitted,
      bootTimeToDate: (nanoseconds) => host.bootTimeToDate(nanoseconds),
      libraries: () => host.libraries(),
      libxdpPrograms: (ifindex) => meter.hold(BY_ID, () => host.libxdpPrograms(ifindex)),
    },
  };
}
