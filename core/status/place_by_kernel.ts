/**
 * Rows of links from nothing but pin and kernel, for kinds whose place they tell: TCX by the name
 * of its pin, functions and hooks that are fixed when a program is loaded by that program's row.
 *
 * @module
 */
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { StoreState } from "../store/state.ts";
import type { Direction, LinkDetails, LinkRecord, ProgramRecord, TcxDetails } from "../types.ts";

/** Priority of a TCX link whose row is lost: the one that links get which ask for none. */
const UNKNOWN_PRIORITY = 1000;

/** Program and kernel id of a pinned link, null when the pin is none or the link is cut. */
function linkAt({ kernel }: Machine, path: string): { id: number; programId: number } | null {
  try {
    using pin = kernel.bpf.openPin(path);
    return kernel.bpf.linkInfoByFd(pin.raw);
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    return null;
  }
}

function rowOf(
  machine: Machine,
  program: ProgramRecord,
  { id, kernelLinkId, pinPath, details }: Pick<
    LinkRecord,
    "id" | "kernelLinkId" | "pinPath" | "details"
  >,
): LinkRecord {
  return {
    version: 1,
    id,
    programId: program.programId,
    kernelLinkId,
    pinPath,
    details,
    metadata: {},
    createdAt: machine.now().toISOString(),
  };
}

/** The place of a program that is bound to it since it was loaded. */
function boundPlace({ type, attachFunction }: ProgramRecord): LinkDetails | null {
  if (attachFunction === null) return null;
  if (type === "fentry" || type === "fexit") return { kind: type, functionName: attachFunction };
  return type === "lsm" ? { kind: "lsm", hookName: attachFunction } : null;
}

function boundLinks(machine: Machine, state: StoreState): LinkRecord[] {
  const { kernel, layout } = machine;
  return kernel.files.list(`${layout.bpffs}/links`).filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const pinPath = layout.linkPin(Number(name));
      const link = linkAt(machine, pinPath);
      const program = link === null ? undefined : state.programs.get(link.programId);
      const details = program === undefined ? null : boundPlace(program);
      if (link === null || program === undefined || details === null) return [];
      const facts = { id: Number(name), kernelLinkId: link.id, pinPath, details };
      return [rowOf(machine, program, facts)];
    });
}

/** Name of an interface of our own namespace; null when it is gone or elsewhere. */
function nameOf({ kernel: { network } }: Machine, nsid: number, ifindex: number): string | null {
  if (network.namespaceId(null) !== nsid) return null;
  return network.names().find((name) => network.indexOf(name) === ifindex) ?? null;
}

function tcxPlace(machine: Machine, direction: Direction, name: string): TcxDetails | null {
  const found = /^link_(\d+)_(\d+)_\d+$/.exec(name);
  const [nsid = 0, ifindex = 0] = (found ?? []).slice(1).map(Number);
  const at = found === null ? null : nameOf(machine, nsid, ifindex);
  return at === null ? null : {
    kind: "tcx",
    interface: at,
    ifindex,
    netns: null,
    nsid,
    direction,
    priority: UNKNOWN_PRIORITY,
  };
}

function tcxLinks(machine: Machine, state: StoreState): LinkRecord[] {
  const { kernel, layout } = machine;
  return (["ingress", "egress"] as const).flatMap((direction) =>
    kernel.files.list(`${layout.bpffs}/tcx-${direction}`).flatMap((name) => {
      const pinPath = `${layout.bpffs}/tcx-${direction}/${name}`;
      const link = linkAt(machine, pinPath);
      const program = link === null ? undefined : state.programs.get(link.programId);
      const details = tcxPlace(machine, direction, name);
      if (link === null || program === undefined || details === null) return [];
      const facts = { id: state.nextLinkId, kernelLinkId: link.id, pinPath, details };
      return [rowOf(machine, program, facts)];
    })
  );
}

/** Rows of pinned links whose place can be told. Reads only. */
export function placedByKernel(machine: Machine, state: StoreState): LinkRecord[] {
  return [...boundLinks(machine, state), ...tcxLinks(machine, state)];
}
