/**
 * Hooks with several programs in an order that the kernel keeps: TCX and netkit (Linux 6.6 and 6.7,
 * kernel commits e420bed02507 and 35dfaad7188c). Our priorities become its before and after.
 *
 * @module
 */
import type { LinkAnchor, OwnedFd } from "../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import { lookLink } from "../lookups.ts";
import type { LinkRecord, NetkitDetails, TcxDetails } from "../types.ts";
import { type ChainedDetails, chainOf, priorityOf } from "./chain.ts";
import { type AttachContext, describePlace } from "./driver.ts";

function isAlive(context: AttachContext, link: LinkRecord): boolean {
  const info = lookLink(context.machine, link);
  // a link on an interface that is gone stays in the kernel with index 0
  return info !== null && info.ifindex !== 0;
}

/** Before the first link with a higher priority or of a younger age, else after the last of ours, else at the end. */
function anchorFor(context: AttachContext, details: ChainedDetails): LinkAnchor | undefined {
  const chain = chainOf(context.state, details).filter((link) => isAlive(context, link));
  const { linkId = Infinity } = context;
  const next = chain.find((link) =>
    priorityOf(link) > details.priority ||
    (priorityOf(link) === details.priority && link.id > linkId)
  );
  if (next?.kernelLinkId) return { place: "before", linkId: next.kernelLinkId };
  const last = chain.at(-1);
  return last?.kernelLinkId ? { place: "after", linkId: last.kernelLinkId } : undefined;
}

/** The kernel takes a program once on a hook; the error names the link that is there. */
export function refuseTwice({ state, program }: AttachContext, details: ChainedDetails): void {
  const twin = chainOf(state, details).find((link) => link.programId === program.programId);
  if (twin === undefined) return;
  throw new BpfmanError(
    `Program ${program.programId} is already attached to ${describePlace(details)} ` +
      `as link ${twin.id}`,
    { code: "already-attached", hint: `Detach it first: detach ${twin.id}` },
  );
}

/** True for a release before the given one. */
function isBefore(release: string, wanted: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = release.split(".").map(Number);
  return major < wanted[0] || (major === wanted[0] && minor < wanted[1]);
}

/** The hook as the kernel knows it. */
export interface MultiHook {
  /** `enum bpf_attach_type`. */
  readonly attachType: number;
  /** Name for messages, such as `TCX`. */
  readonly name: string;
  /** First kernel that has it. */
  readonly since: readonly [number, number];
}

/** Makes the link at the place that its priority asks for. */
export function attachInOrder(
  context: AttachContext,
  programFd: number,
  { details, hook }: { details: TcxDetails | NetkitDetails; hook: MultiHook },
): OwnedFd {
  const { bpf, host, network } = context.machine.kernel;
  const anchor = anchorFor(context, details);
  return network.within(details.netns, () => {
    try {
      return bpf.createLink({
        programFd,
        target: details.ifindex,
        attachType: hook.attachType,
        ...(anchor === undefined ? {} : { anchor }),
      });
    } catch (error) {
      if (!isSyscallError(error, "EINVAL") || !isBefore(host.release, hook.since)) throw error;
      throw new BpfmanError(
        `Cannot attach: ${hook.name} needs Linux ${hook.since.join(".")} or newer, ` +
          `this is ${host.release}`,
        { code: "kernel-too-old", kind: ErrorKind.KERNEL },
      );
    }
  });
}
