/**
 * Hosts with other callers, libraries, state and trust, and the checks that differ then.
 *
 * @module
 */
import {
  caller,
  everyType,
  type HostCase,
  kernel,
  loadsEnding,
  probes,
  runtimeDirectory,
} from "./host_changes.ts";
import { GOOD_HOST } from "./sample_host.ts";

const EPERM = 1;

/** Hosts that differ in anything else. */
export const OTHER_CASES: readonly HostCase[] = [
  {
    name: "a user without capabilities",
    change: {
      ...caller({ uid: 1000, effective: new Set(), permitted: new Set() }),
      probes: probes({ loads: loadsEnding(EPERM), extension: EPERM, tcx: EPERM, netkit: EPERM }),
    },
    differs: {
      ...everyType("unknown", /not probed: needs CAP_BPF/),
      "caller.user": ["warning", /user 1000/],
      "caller.capabilities": ["warning", /CAP_BPF, .* missing/],
      "kernel.perf": ["warning", /CAP_SYS_ADMIN for probes/],
    },
  },
  {
    name: "a user whose capabilities are raised when they are needed",
    change: {
      ...caller({ uid: 1000, effective: new Set() }),
      probes: probes({ loads: loadsEnding(EPERM), extension: EPERM, tcx: EPERM, netkit: EPERM }),
      ...runtimeDirectory({ uid: 1000 }),
    },
    differs: everyType("unknown", /not probed: needs CAP_BPF/),
  },
  {
    name: "root in a container that may do nothing",
    change: caller({ bounding: new Set(["CAP_CHOWN"]), container: "docker", noNewPrivs: true }),
    differs: {
      "caller.bounding": ["warning", /--cap-add/],
      "caller.no-new-privs": ["not-applicable", /set/],
    },
  },
  {
    name: "root of a user namespace",
    change: {
      ...caller({ isFirstUserNamespace: false }),
      probes: probes({ loads: loadsEnding(EPERM), tcx: EPERM, netkit: EPERM }),
    },
    differs: {
      ...everyType("unknown", /needs the first user namespace/),
      "caller.user-namespace": ["warning", /do not count/],
    },
  },
  {
    name: "a host without libxdp",
    change: {
      libxdp: { ...GOOD_HOST.libxdp, path: null, version: null },
      libxdpDispatcher: null,
    },
    differs: {
      "libraries.libxdp": ["warning", /apt-get install libxdp1, or dnf install libxdp/],
      "libraries.dispatcher": ["warning", /xdp-dispatcher\.o/],
    },
  },
  {
    name: "a host without libbpf",
    change: { libbpf: { ...GOOD_HOST.libbpf, path: null, version: null } },
    differs: { "libraries.libbpf": ["problem", /apt-get install libbpf1/] },
  },
  {
    name: "a libbpf that lacks symbols",
    change: {
      libbpf: {
        ...GOOD_HOST.libbpf,
        missing: [{ symbol: "bpf_map__reuse_fd", use: "shared maps" }],
      },
    },
    differs: { "libraries.libbpf": ["problem", /without shared maps \(bpf_map__reuse_fd\)/] },
  },
  {
    name: "a process that may not open libraries",
    change: {
      libbpf: { ...GOOD_HOST.libbpf, failure: "the permission --allow-ffi does not name it" },
    },
    differs: { "libraries.libbpf": ["problem", /permission set of the command/] },
  },
  {
    name: "a kernel without jail",
    change: kernel({ landlockAbi: 0, hasSeccomp: false }),
    differs: {
      "jail.landlock": ["warning", /lsm=landlock,/],
      "jail.seccomp": ["problem", /CONFIG_SECCOMP_FILTER=y/],
    },
  },
  {
    name: "a bpffs that is read-only",
    change: { state: { ...GOOD_HOST.state, bpffs: "read-only" } },
    differs: { "state.bpffs": ["problem", /mount -o remount,rw \/run\/bpfman\/fs/] },
  },
  {
    name: "a runtime directory of somebody else",
    change: runtimeDirectory({ uid: 1000 }),
    differs: { "state.runtime-dir": ["problem", /belongs to user 1000.*chown root:root/] },
  },
  {
    name: "a runtime directory that everybody may write to",
    change: runtimeDirectory({ mode: 0o777 }),
    differs: { "state.runtime-dir": ["problem", /mode is 0777.*chmod go-w/] },
  },
  {
    name: "a bpffs that is open to everybody",
    change: { state: { ...GOOD_HOST.state, bpffs: "open" } },
    differs: { "state.bpffs": ["problem", /everybody may make files/] },
  },
  {
    name: "a full disk",
    change: runtimeDirectory({ freeBytes: 4096 }),
    differs: { "state.runtime-dir": ["problem", /16 MiB free/] },
  },
  {
    name: "little space",
    change: runtimeDirectory({ freeBytes: 2 * 1024 * 1024 }),
    differs: { "state.runtime-dir": ["warning", /2 MiB free/] },
  },
  {
    name: "a file system that is read-only",
    change: runtimeDirectory({ isReadOnly: true }),
    differs: { "state.runtime-dir": ["problem", /read-only/] },
  },
  {
    name: "a machine that was never used",
    change: {
      state: {
        ...GOOD_HOST.state,
        runtime: { ...GOOD_HOST.state.runtime, state: "absent", uid: null, mode: null },
        bpffs: "absent",
        images: null,
        units: { isSystemd: true, restore: "absent", applications: 0 },
      },
    },
    differs: {
      "state.runtime-dir": ["not-applicable", /made by the first change/],
      "state.bpffs": ["not-applicable", /first change/],
      "state.images": ["not-applicable", /none/],
      "state.units": ["not-applicable", /no applications/],
    },
  },
  {
    name: "applications that do not come back",
    change: {
      state: {
        ...GOOD_HOST.state,
        units: { isSystemd: true, restore: "absent", applications: 2 },
      },
    },
    differs: { "state.units": ["warning", /bpfman install-unit --enable/] },
  },
  {
    name: "an interrupted change",
    change: {
      status: {
        programs: 1,
        links: 0,
        drift: ["program 7 is half loaded"],
        notes: [],
        holder: null,
      },
    },
    differs: { "state.store": ["problem", /program 7 is half loaded.*bpfman repair/] },
  },
  {
    name: "a store that may not be read",
    change: { status: { failure: 'Cannot read the state in "x"' } },
    differs: {
      "state.store": ["unknown", /Cannot read.*sudo bpfman status/],
      "state.lock": ["unknown", /not known/],
    },
  },
  {
    name: "an image store that is damaged",
    change: { state: { ...GOOD_HOST.state, images: { failure: "its index is no JSON" } } },
    differs: { "state.images": ["problem", /no JSON/] },
  },
  {
    name: "an old root",
    change: { trust: { origin: "embedded", ageDays: 184, expired: [] } },
    differs: { "trust.root": ["warning", /184 day\(s\) old.*bpfman trust update/] },
  },
  {
    name: "an expired root",
    change: { trust: { origin: "update", ageDays: 3, expired: ["transparency-log"] } },
    differs: { "trust.root": ["problem", /nothing counts any more of transparency-log/] },
  },
  {
    name: "a policy that cannot be used",
    change: {
      policy: { path: "/p", state: "invalid", messages: ["line 3: what"], hint: "Correct it" },
    },
    differs: { "trust.policy": ["problem", /line 3: what.*Correct it/] },
  },
  {
    name: "a configuration with an unknown key",
    change: {
      configuration: { path: "/c", state: "valid", messages: ["unknown key"], hint: "Correct /c" },
    },
    differs: { "state.config": ["warning", /unknown key.*Correct \/c/] },
  },
];
