/**
 * Waiting until the kernel has let go of links.
 *
 * @module
 */
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { LinkId, Notice } from "../types.ts";

/** How long the kernel may take to let go of a link, milliseconds. */
const RELEASE_TIMEOUT_MS = 10_000;

/** True while the kernel has a link. Who may not ask (CAP_SYS_ADMIN) takes it for gone. */
function isThere({ kernel }: Machine, kernelLinkId: number): boolean {
  try {
    return kernel.bpf.linkInfo(kernelLinkId) !== null;
  } catch (error) {
    if (isSyscallError(error, "EPERM")) return false;
    throw error;
  }
}

async function waitUntilGone(machine: Machine, kernelLinkId: number): Promise<boolean> {
  const end = Date.now() + RELEASE_TIMEOUT_MS;
  for (let wait = 1; isThere(machine, kernelLinkId); wait = Math.min(wait * 2, 50)) {
    if (Date.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
  return true;
}

/**
 * Waits until the kernel has none of the links any more, so that nothing is counted afterwards.
 *
 * @param machine The machine.
 * @param kernelLinkIds The kernel's ids.
 * @returns False when another process still holds one of them after 10 s.
 */
export async function awaitRelease(
  machine: Machine,
  kernelLinkIds: readonly number[],
): Promise<boolean> {
  let isGone = true;
  for (const id of kernelLinkIds) isGone = await waitUntilGone(machine, id) && isGone;
  return isGone;
}

/** Says that somebody else still holds a link that was cut. */
export function stillHeld(id: LinkId): Notice {
  return {
    code: "link-still-held",
    message: `link ${id} is detached from us, but another process still holds it open`,
  };
}
