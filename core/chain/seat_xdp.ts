/**
 * The place of an XDP chain: one bpf_link on the interface (Linux 5.9), pinned, whose program is
 * swapped in one step. While it lives nobody can push the chain out by accident.
 *
 * @module
 */
import type { OwnedFd } from "../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../errors.ts";
import { describeHolders, findHolders } from "../holders.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { StoreState } from "../store/state.ts";
import type { ProgramId, XdpMode } from "../types.ts";
import type { ChainHook } from "./model.ts";
import type { ChainPlan } from "./record.ts";
import type { SeatSighting } from "./seat_sighting.ts";

/** BPF_XDP of enum bpf_attach_type. */
const BPF_XDP = 37;
/** BPF_LINK_TYPE_XDP. */
const XDP_LINK = 6;

/** XDP_FLAGS_DRV_MODE and XDP_FLAGS_SKB_MODE of uapi/linux/if_link.h. */
const MODE_FLAG: Readonly<Record<XdpMode, number>> = { native: 4, generic: 2 };

/** Errors that another mode would not mend. */
const FINAL_ERRORS = ["EBUSY", "EEXIST", "EPERM", "EACCES", "ENODEV", "ENOENT"];

/** Where a link is to be made. */
export interface XdpPlace {
  readonly hook: ChainHook;
  readonly plan: Pick<ChainPlan, "mode" | "isModeForced">;
}

function describeProgram({ kernel }: Machine, id: ProgramId): string {
  const name = kernel.bpf.programInfo(id)?.name ?? "";
  return `program ${id} "${name}"${describeHolders(findHolders(kernel.files).get(id) ?? [])}`;
}

/** Names whoever sits on the interface, as far as the kernel and libxdp tell. */
function occupant(machine: Machine, state: StoreState, ifindex: number): string {
  const { bpf, host, traffic } = machine.kernel;
  const found = traffic.xdp(ifindex);
  // every network namespace numbers its interfaces anew: the program tells whose link this is
  const link = bpf.ids("link").map((id) => bpf.linkInfo(id)).find((info) =>
    info?.type === XDP_LINK && info.ifindex === ifindex && info.programId === found?.programId
  );
  if (link) {
    const ours = [...state.links.values()].find((record) => record.kernelLinkId === link.id);
    if (ours !== undefined) return `program ${link.programId} is there as link ${ours.id}`;
    return `${describeProgram(machine, link.programId)} holds it by kernel link ${link.id}`;
  }
  try {
    const names = host.libxdpPrograms(ifindex);
    if (names !== null) return `a dispatcher of libxdp runs [${names.join(" ")}] on it`;
  } catch {
    // libxdp is not installed: then its dispatcher cannot be told from another program
  }
  return found === null || found.programId === 0
    ? "a program of another tool is attached to it"
    : `${describeProgram(machine, found.programId)} is attached to it without a link`;
}

function busy(machine: Machine, state: StoreState, hook: ChainHook): BpfmanError {
  return new BpfmanError(
    `Cannot attach to interface "${hook.interface}": interface already has an XDP program ` +
      `attached: ${occupant(machine, state, hook.ifindex)}`,
    {
      code: "hook-busy",
      kind: ErrorKind.KERNEL,
      hint: "Detach that program first; bpfman never takes the place of a program of others",
    },
  );
}

function modeRefused(hook: ChainHook, mode: XdpMode, error: Error): BpfmanError {
  return new BpfmanError(
    `Cannot attach to interface "${hook.interface}" in ${mode} mode: ${error.message}`,
    {
      code: "xdp-mode-refused",
      kind: ErrorKind.KERNEL,
      hint: mode === "native"
        ? "The driver cannot do that, or not with this size of packets; leave --mode out"
        : "Leave --mode out, so that the interface decides",
    },
  );
}

/** Makes the link in the first mode that the interface takes. */
function createLink(
  machine: Machine,
  state: StoreState,
  { hook, modes, programFd }: {
    readonly hook: ChainHook;
    readonly modes: readonly XdpMode[];
    readonly programFd: number;
  },
): { readonly link: OwnedFd; readonly mode: XdpMode } {
  const { bpf } = machine.kernel;
  for (const [at, mode] of modes.entries()) {
    try {
      const flags = MODE_FLAG[mode];
      const place = { programFd, target: hook.ifindex, attachType: BPF_XDP, flags };
      return { link: bpf.createLink(place), mode };
    } catch (error) {
      if (!isSyscallError(error)) throw error;
      if (error.code === "EBUSY" || error.code === "EEXIST") throw busy(machine, state, hook);
      if (FINAL_ERRORS.includes(error.code)) throw error;
      if (at === modes.length - 1) throw modeRefused(hook, mode, error);
    }
  }
  throw new TypeError("Cannot attach: no mode is given");
}

/**
 * Puts a first program on the interface. With the pin of the link all is done; before it, the link
 * goes with this process.
 *
 * @returns The mode in which the interface took it.
 */
export function putXdp(
  machine: Machine,
  state: StoreState,
  { hook, plan, programFd }: XdpPlace & { readonly programFd: number },
): XdpMode {
  const { kernel, layout } = machine;
  const modes: readonly XdpMode[] = plan.isModeForced && plan.mode !== null
    ? [plan.mode]
    : ["native", "generic"];
  return kernel.network.within(hook.netns, () => {
    const { link, mode } = createLink(machine, state, { hook, modes, programFd });
    using made = link;
    kernel.bpf.pin(made.raw, layout.seatPin(hook));
    return mode;
  });
}

/** Makes the interface call another program, in one step; the mode stays. */
export function swapXdp({ kernel, layout }: Machine, hook: ChainHook, programFd: number): void {
  using link = kernel.bpf.openPin(layout.seatPin(hook));
  kernel.bpf.updateLink(link.raw, programFd);
}

/** Frees the interface. What is gone already is fine. */
export function removeXdp({ kernel, layout }: Machine, hook: ChainHook): void {
  const path = layout.seatPin(hook);
  try {
    using link = kernel.bpf.openPin(path);
    // the pin goes first: a kill in between frees the link, and none is left that is cut and pinned
    kernel.files.remove(path);
    kernel.bpf.detachLink(link.raw);
  } catch (error) {
    // a link whose interface is gone has nothing to detach from
    if (!isSyscallError(error)) throw error;
    if (error.code === "EPERM" || error.code === "EACCES") throw error;
  }
  kernel.files.remove(path);
}

/** Looks at the link. */
export function sightXdp({ kernel, layout }: Machine, hook: ChainHook): SeatSighting {
  try {
    using link = kernel.bpf.openPin(layout.seatPin(hook));
    const { id, ifindex, programId } = kernel.bpf.linkInfoByFd(link.raw);
    return { state: ifindex === 0 ? "severed" : "present", programId, kernelLinkId: id };
  } catch (error) {
    if (!isSyscallError(error)) throw error;
    const state = error.code === "ENOENT" ? "absent" : "hidden";
    return { state, programId: null, kernelLinkId: null };
  }
}
