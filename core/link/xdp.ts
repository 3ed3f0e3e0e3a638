/**
 * XDP: one program on an interface, held by a bpf_link (Linux 5.9), so that nobody can push it
 * out by accident.
 *
 * @module
 */
import type { OwnedFd } from "../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../errors.ts";
import { describeHolders, findHolders } from "../holders.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { ProgramId, XdpDetails, XdpMode, XdpTarget } from "../types.ts";
import type { AttachContext, LinkDriver } from "./driver.ts";
import { findInterface } from "./interface.ts";

/** BPF_XDP of enum bpf_attach_type. */
const BPF_XDP = 37;
/** BPF_LINK_TYPE_XDP. */
const XDP_LINK = 6;

/** XDP_FLAGS_DRV_MODE and XDP_FLAGS_SKB_MODE of uapi/linux/if_link.h. */
const MODE_FLAG: Readonly<Record<XdpMode, number>> = { native: 4, generic: 2 };

/** Errors that another mode would not mend. */
const FINAL_ERRORS = ["EBUSY", "EEXIST", "EPERM", "EACCES", "ENODEV", "ENOENT"];

function describeProgram({ kernel }: Machine, id: ProgramId): string {
  const name = kernel.bpf.programInfo(id)?.name ?? "";
  return `program ${id} "${name}"${describeHolders(findHolders(kernel.files).get(id) ?? [])}`;
}

/** Names whoever sits on the interface, as far as the kernel and libxdp tell. */
function occupant(context: AttachContext, { ifindex }: XdpDetails): string {
  const { machine, state } = context;
  const { bpf, host, traffic } = machine.kernel;
  const link = bpf.ids("link").map((id) => bpf.linkInfo(id))
    .find((info) => info?.type === XDP_LINK && info.ifindex === ifindex);
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
  const found = traffic.xdp(ifindex);
  return found === null || found.programId === 0
    ? "a program of another tool is attached to it"
    : `${describeProgram(machine, found.programId)} is attached to it without a link`;
}

function busy(context: AttachContext, details: XdpDetails): BpfmanError {
  return new BpfmanError(
    `Cannot attach to interface "${details.interface}": interface already has an XDP program ` +
      `attached: ${occupant(context, details)}`,
    {
      code: "hook-busy",
      kind: ErrorKind.KERNEL,
      hint: "Detach that program first; this version puts one XDP program on an interface",
    },
  );
}

function modeRefused(details: XdpDetails, mode: XdpMode, error: Error): BpfmanError {
  return new BpfmanError(
    `Cannot attach to interface "${details.interface}" in ${mode} mode: ${error.message}`,
    {
      code: "xdp-mode-refused",
      kind: ErrorKind.KERNEL,
      hint: mode === "native"
        ? "The driver cannot do that, or not with this size of packets; leave --mode out"
        : "Leave --mode out, so that the interface decides",
    },
  );
}

/** Attaches in the given modes, best first, until the interface takes one. */
function attachInModes(
  context: AttachContext,
  programFd: number,
  { details, modes }: { details: XdpDetails; modes: readonly XdpMode[] },
): { readonly link: OwnedFd; readonly mode: XdpMode } {
  const { bpf } = context.machine.kernel;
  for (const [at, mode] of modes.entries()) {
    try {
      const flags = MODE_FLAG[mode];
      const place = { programFd, target: details.ifindex, attachType: BPF_XDP, flags };
      return { link: bpf.createLink(place), mode };
    } catch (error) {
      if (!isSyscallError(error)) throw error;
      if (error.code === "EBUSY" || error.code === "EEXIST") throw busy(context, details);
      if (FINAL_ERRORS.includes(error.code)) throw error;
      if (at === modes.length - 1) throw modeRefused(details, mode, error);
    }
  }
  throw new TypeError("Cannot attach: no mode is given");
}

/** XDP links. */
export const xdpDriver: LinkDriver<XdpTarget, XdpDetails> = {
  types: ["xdp"],
  needs: ["CAP_BPF", "CAP_NET_ADMIN"],
  resolve({ machine }, target) {
    const place = findInterface(machine, target);
    const { priority, mode = "native" } = target;
    return {
      kind: "xdp",
      ...place,
      priority,
      position: 0,
      mode,
      isModeForced: target.mode !== undefined,
    };
  },
  attach(context, programFd, details) {
    const modes: readonly XdpMode[] = details.isModeForced ? [details.mode] : ["native", "generic"];
    return context.machine.kernel.network.within(details.netns, () => {
      const { link, mode } = attachInModes(context, programFd, { details, modes });
      return { links: [link], details: { ...details, mode } };
    });
  },
  pinPath: ({ machine }, id) => machine.layout.linkPin(id),
};
