/**
 * Programs of a cgroup (version 2): packets of its processes, or their calls on socket addresses
 * (links since Linux 5.7). Several programs may sit on one cgroup; the kernel runs them in the
 * order in which they came.
 *
 * @module
 */
import { BpfmanError, ErrorKind, usageError } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { SOCK_ADDR_HOOKS } from "../program/kinds.ts";
import { nearest } from "../suggest.ts";
import type { CgroupDetails, CgroupTarget } from "../types.ts";
import type { AttachContext, LinkDriver } from "./driver.ts";

/** Where cgroup version 2 is where nothing else is said. */
const USUAL_ROOT = "/sys/fs/cgroup";
/** BPF_CGROUP_INET_INGRESS and BPF_CGROUP_INET_EGRESS of enum bpf_attach_type. */
const PACKET_HOOKS: Readonly<Record<string, number>> = { ingress: 0, egress: 1 };

function unknown({ kernel }: Machine, path: string, why: string): BpfmanError {
  const parent = path.slice(0, path.lastIndexOf("/"));
  const [near] = nearest(path.slice(parent.length + 1), kernel.files.list(parent));
  return new BpfmanError(`Cannot attach to cgroup "${path}": ${why}`, {
    code: "cgroup-not-found",
    kind: ErrorKind.NOT_FOUND,
    hint: near === undefined
      ? 'See "systemd-cgls", or the directories below /sys/fs/cgroup'
      : `Did you mean "${parent}/${near}"?`,
  });
}

/** Mount point of cgroup version 2: beside version 1 it is a folder deeper. */
function cgroupRoot({ kernel }: Machine): string {
  const mounts = kernel.files.readText("/proc/thread-self/mounts");
  return /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1] ?? USUAL_ROOT;
}

function findCgroup(machine: Machine, target: string): { path: string; cgroupId: number } {
  const whole = target.startsWith("/") ? target : `${cgroupRoot(machine)}/${target}`;
  const path = whole.replace(/\/+$/, "");
  const { files } = machine.kernel;
  if (!files.exists(path)) throw unknown(machine, path, "no such cgroup");
  if (!files.exists(`${path}/cgroup.procs`)) throw unknown(machine, path, "it is not a cgroup");
  return { path, cgroupId: files.inode(path) };
}

function hookOf({ program }: AttachContext, { kind, direction }: CgroupTarget): string {
  if (kind === "cgroup_skb") return direction ?? "ingress";
  if (direction !== undefined) {
    throw usageError("A cgroup_sock_addr program takes no direction: its call is fixed at load");
  }
  return program.attachFunction ?? "";
}

function makeDriver(kind: CgroupDetails["kind"]): LinkDriver<CgroupTarget, CgroupDetails> {
  return {
    types: [kind],
    resolve(context, target) {
      const hook = hookOf(context, target);
      return { kind, ...findCgroup(context.machine, target.path), hook };
    },
    attach({ machine }, programFd, details) {
      const { bpf, files } = machine.kernel;
      using cgroup = files.openDirectory(details.path);
      const attachType = PACKET_HOOKS[details.hook] ?? SOCK_ADDR_HOOKS[details.hook] ?? 0;
      try {
        const link = bpf.createLink({ programFd, target: cgroup.raw, attachType });
        return { links: [link], details };
      } catch (error) {
        // a directory of cgroup version 1 has the same files
        if (!isSyscallError(error, "EBADF")) throw error;
        throw unknown(machine, details.path, "it is not a cgroup of version 2");
      }
    },
    pinPath: ({ machine }, id) => machine.layout.linkPin(id),
  };
}

/** Links of cgroup_skb programs. */
export const cgroupSkbDriver: LinkDriver<CgroupTarget, CgroupDetails> = makeDriver("cgroup_skb");

/** Links of cgroup_sock_addr programs. */
export const cgroupSockAddrDriver: LinkDriver<CgroupTarget, CgroupDetails> = makeDriver(
  "cgroup_sock_addr",
);
