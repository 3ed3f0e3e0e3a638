/**
 * Which capabilities each call of the `Kernel` needs, and a kernel whose calls hold just those.
 *
 * @module
 */
import type { Kernel, ObjectLoadOptions, PerfEventSpec } from "../kernel.ts";
import { within } from "../network.ts";
import type { CapabilityName } from "./capabilities.ts";
import type { CapabilityMeter } from "./meter.ts";

type Needs = readonly CapabilityName[];

/** What a method needs, some by their arguments. */
type NeedsOf<Method> = Method extends (...args: infer A) => unknown
  ? Needs | ((...args: A) => Needs)
  : never;

/** The methods of a group that need something. */
type GroupNeeds<Group> = { readonly [Name in keyof Group]?: NeedsOf<Group[Name]> };

/** bpf(2) itself: before Linux 5.19 every command of it, and the sizes that it tells of programs. */
const BPF: Needs = ["CAP_BPF"];
/** Objects by id, which belong to anybody. */
const BY_ID: Needs = ["CAP_BPF", "CAP_SYS_ADMIN"];
/** Programs: those of the network and those that observe need one more each, and it matters to both. */
const PROGRAM: Needs = ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"];
const NETWORK: Needs = ["CAP_NET_ADMIN"];

/** A load opens the target of an extension, and maps that are named by id, by their ids. */
function needsOfLoad({ targetProgramFd, reuseMaps = [] }: ObjectLoadOptions): Needs {
  const isById = targetProgramFd !== undefined || reuseMaps.some((map) => "id" in map);
  return isById ? [...PROGRAM, "CAP_SYS_ADMIN"] : PROGRAM;
}

const BPF_NEEDS: GroupNeeds<Kernel["bpf"]> = {
  ids: ["CAP_SYS_ADMIN"],
  programInfo: BY_ID,
  mapInfo: BY_ID,
  linkInfo: BY_ID,
  btfBytes: BY_ID,
  programInfoByFd: BPF,
  mapInfoByFd: BPF,
  linkInfoByFd: BPF,
  loadProgram: PROGRAM,
  loadBtf: BPF,
  pin: BPF,
  openPin: BPF,
  openProgram: BY_ID,
  createLink: PROGRAM,
  openRawTracepoint: PROGRAM,
  updateLink: PROGRAM,
  detachLink: PROGRAM,
};

const LOADER_NEEDS: GroupNeeds<Kernel["loader"]> = { load: needsOfLoad, relocate: needsOfLoad };

const MAP_NEEDS: GroupNeeds<Kernel["maps"]> = {
  create: BPF,
  open: BY_ID,
  read: BPF,
  write: BPF,
  waitForPrograms: BPF,
};

const FILE_NEEDS: GroupNeeds<Kernel["files"]> = {
  mountBpffs: ["CAP_SYS_ADMIN"],
  setAccess: ["CAP_CHOWN"],
};

/** The kernel takes probes of user space from CAP_SYS_ADMIN alone. */
function needsOfEvent(spec: PerfEventSpec): Needs {
  return "path" in spec ? ["CAP_PERFMON", "CAP_SYS_ADMIN"] : ["CAP_PERFMON"];
}

const PERF_NEEDS: GroupNeeds<Kernel["perf"]> = { open: needsOfEvent };

/** The kernel looks at who opened the netlink socket as well: each call opens its own. */
const TRAFFIC_NEEDS: GroupNeeds<Kernel["traffic"]> = {
  addClsact: NETWORK,
  removeClsact: NETWORK,
  addFilter: NETWORK,
  replaceFilter: NETWORK,
  deleteFilter: NETWORK,
};

/** libxdp finds everything by id. */
const LIBXDP_NEEDS: GroupNeeds<Kernel["libxdp"]> = {
  dispatcher: BY_ID,
  join: [...PROGRAM, "CAP_SYS_ADMIN"],
  leave: [...PROGRAM, "CAP_SYS_ADMIN"],
};

/** A group whose methods hold what the table says. */
function meterGroup<Group extends object>(
  group: Group,
  needs: GroupNeeds<Group>,
  meter: CapabilityMeter,
): Group {
  const metered = Object.entries(needs).map(([name, need]) => {
    const method: unknown = Reflect.get(group, name);
    if (typeof method !== "function") return [name, method];
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
  const enter = (step: () => void): void => meter.hold(["CAP_SYS_ADMIN"], step);
  const { host } = kernel;
  return {
    bpf: meterGroup(kernel.bpf, BPF_NEEDS, meter),
    loader: meterGroup(kernel.loader, LOADER_NEEDS, meter),
    maps: meterGroup(kernel.maps, MAP_NEEDS, meter),
    files: meterGroup(kernel.files, FILE_NEEDS, meter),
    perf: meterGroup(kernel.perf, PERF_NEEDS, meter),
    // the work inside has windows of its own
    network: { ...kernel.network, within: (netns, work) => within(netns, work, enter) },
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
