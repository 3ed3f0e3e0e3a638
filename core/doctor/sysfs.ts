/**
 * The file system that shows what the kernel has: where it is not mounted, as in a bare chroot, a file
 * that is not there says nothing of the kernel.
 *
 * @module
 */
import type { KernelFacts } from "./facts.ts";

/** What mends it. */
export const MOUNT_SYSFS = "mount -t sysfs sysfs /sys";

/** True when it is known that sysfs is mounted nowhere. */
export function isSysfsMissing({ mounts }: KernelFacts): boolean {
  return mounts !== null && !mounts.some(({ type }) => type === "sysfs");
}
