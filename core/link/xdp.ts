/**
 * XDP: one program on an interface, held by a bpf_link (Linux 5.9), so that nobody can push it
 * out by accident.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { XdpDetails, XdpTarget } from "../types.ts";
import type { AttachContext, LinkDriver } from "./driver.ts";
import { findInterface } from "./interface.ts";

/** BPF_XDP of enum bpf_attach_type. */
const BPF_XDP = 37;

/** Names whoever sits on the interface, as far as the kernel and libxdp tell. */
function occupant({ kernel }: Machine, ifindex: number): string {
  const link = kernel.bpf.ids("link").map((id) => kernel.bpf.linkInfo(id))
    .find((info) => info?.type === 6 && info.ifindex === ifindex);
  if (link) {
    const name = kernel.bpf.programInfo(link.programId)?.name ?? "";
    return `program ${link.programId} "${name}" holds it by link ${link.id}`;
  }
  try {
    const names = kernel.host.libxdpPrograms(ifindex);
    if (names !== null) return `a dispatcher of libxdp runs [${names.join(" ")}] on it`;
  } catch {
    // libxdp is not installed: then its dispatcher cannot be told from another program
  }
  return "a program of another tool is attached to it";
}

function busy(machine: Machine, details: XdpDetails): BpfmanError {
  return new BpfmanError(
    `Cannot attach to interface "${details.interface}": interface already has an XDP program ` +
      `attached: ${occupant(machine, details.ifindex)}`,
    {
      code: "hook-busy",
      kind: ErrorKind.KERNEL,
      hint: "Detach that program first; this version puts one XDP program on an interface",
    },
  );
}

/** XDP links. */
export const xdpDriver: LinkDriver<XdpTarget, XdpDetails> = {
  types: ["xdp"],
  needs: ["CAP_BPF", "CAP_NET_ADMIN"],
  resolve({ machine }, target) {
    const place = findInterface(machine, target);
    return { kind: "xdp", ...place, priority: target.priority, position: 0 };
  },
  attach({ machine }: AttachContext, programFd, details) {
    const { bpf, network } = machine.kernel;
    return network.within(details.netns, () => {
      try {
        return bpf.createLink({ programFd, target: details.ifindex, attachType: BPF_XDP });
      } catch (error) {
        if (isSyscallError(error, "EBUSY") || isSyscallError(error, "EEXIST")) {
          throw busy(machine, details);
        }
        throw error;
      }
    });
  },
  pinPath: ({ machine }, id) => machine.layout.linkPin(id),
};
