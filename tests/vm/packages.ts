/**
 * What the virtual-machine harness takes from Debian.
 *
 * @module
 */

/** A Debian package and the program (or file) that the harness uses from it. */
export interface VmPackage {
  readonly name: string;
  /** Paths of which one must exist. */
  readonly provides: readonly string[];
}

const NEEDED: readonly VmPackage[] = [
  { name: "qemu-system-x86", provides: ["/usr/bin/qemu-system-x86_64"] },
  // The initramfs holds nothing else than this program, so it must need no library.
  { name: "busybox-static", provides: ["/usr/bin/busybox", "/bin/busybox"] },
  // depmod outside, modprobe inside (the kernel calls it to load veth, cls_bpf and others).
  { name: "kmod", provides: ["/usr/sbin/depmod", "/sbin/depmod"] },
  // What makes the file systems of disks.
  { name: "e2fsprogs", provides: ["/usr/sbin/mke2fs", "/sbin/mke2fs"] },
  { name: "xz-utils", provides: ["/usr/bin/xz"] },
  { name: "zstd", provides: ["/usr/bin/zstd"] },
  {
    name: "debian-archive-keyring",
    provides: ["/usr/share/keyrings/debian-archive-keyring.gpg"],
  },
];

/** The Debian packages that a machine needs before it can boot a test kernel. */
export const VM_PACKAGES: readonly string[] = NEEDED.map(({ name }) => name);

/** Returns the packages of {@linkcode VM_PACKAGES} that this machine lacks. */
async function missingVmPackages(): Promise<string[]> {
  const missing: string[] = [];
  for (const { name, provides } of NEEDED) {
    if (await firstFile(provides) === undefined) missing.push(name);
  }
  return missing;
}

/** Throws an error that names the packages to install when some are missing. */
export async function requireVmPackages(): Promise<void> {
  const missing = await missingVmPackages();
  if (missing.length === 0) return;
  throw new Error(
    `Cannot use virtual machines: install the Debian packages "${missing.join(" ")}"`,
  );
}

/** Returns the path of the statically linked busybox. */
export async function busyboxPath(): Promise<string> {
  const path = await firstFile(["/usr/bin/busybox", "/bin/busybox"]);
  if (path === undefined) {
    throw new Error('Cannot find "busybox": install the Debian package "busybox-static"');
  }
  return path;
}

async function firstFile(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    try {
      if ((await Deno.stat(path)).isFile) return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}
