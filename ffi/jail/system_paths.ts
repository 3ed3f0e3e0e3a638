/**
 * What a Deno process reads of a machine before the first line of a program runs, and what libbpf
 * reads of the kernel.
 *
 * @module
 */

/** Files and directories for the `readable` of a jail; those that do not exist are left out. */
export const SYSTEM_READABLE: readonly string[] = [
  "/usr/lib",
  "/usr/lib64",
  "/lib",
  "/lib64",
  "/etc/ld.so.cache",
  "/proc",
  "/sys",
  "/dev/null",
  "/dev/urandom",
];
