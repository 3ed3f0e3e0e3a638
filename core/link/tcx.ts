/**
 * TCX: programs on an interface's ingress or egress, ordered by the kernel (Linux 6.6, kernel
 * commit e420bed02507). Our priorities become its before and after.
 *
 * @module
 */
import type { LinkAnchor } from "../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { LinkRecord, TcxDetails, TcxTarget } from "../types.ts";
import { type AttachContext, type LinkDriver, priorityOf, tcxChain } from "./driver.ts";
import { findInterface } from "./interface.ts";

/** BPF_TCX_INGRESS and BPF_TCX_EGRESS of enum bpf_attach_type. */
const ATTACH_TYPE = { ingress: 46, egress: 47 } as const;

function isAlive(context: AttachContext, link: LinkRecord): boolean {
  if (link.kernelLinkId === null) return false;
  const info = context.machine.kernel.bpf.linkInfo(link.kernelLinkId);
  // a link on an interface that is gone stays in the kernel with index 0
  return info !== null && info.ifindex !== 0;
}

/** Before the first link with a higher priority, else after the last of ours, else at the end. */
function anchorFor(context: AttachContext, details: TcxDetails): LinkAnchor | undefined {
  const chain = tcxChain(context.state, details).filter((link) => isAlive(context, link));
  const next = chain.find((link) => priorityOf(link) > details.priority);
  if (next?.kernelLinkId) return { place: "before", linkId: next.kernelLinkId };
  const last = chain.at(-1);
  return last?.kernelLinkId ? { place: "after", linkId: last.kernelLinkId } : undefined;
}

function refuseTwice({ state, program }: AttachContext, details: TcxDetails): void {
  const twin = tcxChain(state, details).find((link) => link.programId === program.programId);
  if (twin === undefined) return;
  throw new BpfmanError(
    `Program ${program.programId} is already attached to ${details.interface} ` +
      `${details.direction} as link ${twin.id}`,
    { code: "already-attached", hint: `Detach it first: detach ${twin.id}` },
  );
}

function needsNewerKernel(release: string): BpfmanError {
  return new BpfmanError(`Cannot attach: TCX needs Linux 6.6 or newer, this is ${release}`, {
    code: "kernel-too-old",
    kind: ErrorKind.KERNEL,
  });
}

/** True for a release before Linux 6.6. */
function isBeforeTcx(release: string): boolean {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return major < 6 || (major === 6 && minor < 6);
}

/** TCX links. */
export const tcxDriver: LinkDriver<TcxTarget, TcxDetails> = {
  types: ["tcx"],
  needs: ["CAP_BPF", "CAP_NET_ADMIN"],
  resolve(context, target) {
    const place = findInterface(context.machine, target);
    const { direction, priority } = target;
    const details: TcxDetails = { kind: "tcx", ...place, direction, priority };
    refuseTwice(context, details);
    return details;
  },
  attach(context, programFd, details) {
    const { bpf, host, network } = context.machine.kernel;
    const anchor = anchorFor(context, details);
    return network.within(details.netns, () => {
      try {
        return bpf.createLink({
          programFd,
          target: details.ifindex,
          attachType: ATTACH_TYPE[details.direction],
          ...(anchor === undefined ? {} : { anchor }),
        });
      } catch (error) {
        if (isSyscallError(error, "EINVAL") && isBeforeTcx(host.release)) {
          throw needsNewerKernel(host.release);
        }
        throw error;
      }
    });
  },
  pinPath: ({ machine, program }, _id, details) =>
    machine.layout.tcxPin(details.direction, details, program.programId),
};
