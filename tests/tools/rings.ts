/**
 * The rings of tests: which files belong to which, and where they run.
 *
 * @module
 */

/** Root of the checkout, with a slash at its end. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** A ring of tests, from the one that needs least to the one that needs most. */
export type Ring = "unit" | "kernel" | "vm";

/** All rings, in the order in which they run. */
export const RINGS: readonly Ring[] = ["unit", "kernel", "vm"];

/** Where tests run: on this machine or in a virtual machine with the named kernel. */
export type Place = "host" | `vm-${VmKernel}`;

/** A kernel of a virtual machine; the ring runs all but the newest, which few hosts can boot. */
export type VmKernel = typeof VM_KERNELS[number] | "7.2";

/** All places, in the order of the table's columns. */
export const PLACES: readonly Place[] = ["host", "vm-6.1", "vm-6.12", "vm-7.2"];

/** The kernels of the virtual machines. */
export const VM_KERNELS = ["6.1", "6.12"] as const;

/** The files and folders of each ring's tests. The VM ring runs the kernel tests once more inside. */
export const RING_PATHS: Readonly<Record<Ring, readonly string[]>> = {
  unit: [
    "mod_test.ts",
    "bytecode-tools",
    "cli",
    "core",
    "ffi",
    "tests/api",
    "tests/bench",
    "tests/browser",
    "tests/docs",
    "tests/fuzz",
    "tests/signatures",
    "tests/support",
    "tests/tools",
    "tests/truth",
    "tests/wasm",
  ],
  kernel: [
    "tests/cli",
    "tests/demo",
    "tests/faults",
    "tests/kernel",
    "tests/oracle",
    "tests/registry",
  ],
  vm: ["tests/vm"],
};

/**
 * The paths of each ring that run beside the others of it, in a process of their own: most tests wait
 * for processes that they started, or use one processor of two. None sees what another has in the
 * kernel.
 */
export const BESIDE_PATHS: Readonly<Record<Ring, readonly string[]>> = {
  unit: ["bytecode-tools", "tests/fuzz", "tests/wasm"],
  kernel: ["tests/cli"],
  vm: ["tests/vm/reboot_test.ts"],
};

/** The folder whose tests also run in the virtual machines. */
export const GUEST_PATH = "tests/kernel";

/** Folders that hold no sources of ours. */
const SKIPPED_FOLDERS: readonly string[] = [".git", ".output", "node_modules"];

/** All test files below a folder of the checkout, relative to it and sorted. */
export function findTestFiles(root: string = ROOT): string[] {
  const files: string[] = [];
  function walk(folder: string): void {
    for (const { name, isDirectory } of Deno.readDirSync(`${root}${folder}`)) {
      if (isDirectory && !SKIPPED_FOLDERS.includes(name)) walk(`${folder}${name}/`);
      if (!isDirectory && name.endsWith("_test.ts")) files.push(`${folder}${name}`);
    }
  }
  walk("");
  return files.sort();
}

/** Those of the files that are one of the paths or below one. */
export function filesBelow(files: readonly string[], paths: readonly string[]): string[] {
  return files.filter((file) => paths.some((path) => file === path || file.startsWith(`${path}/`)));
}

/** The test files that no ring would run. */
export function orphanFiles(files: readonly string[]): string[] {
  const owned = new Set(RINGS.flatMap((ring) => filesBelow(files, RING_PATHS[ring])));
  return files.filter((file) => !owned.has(file));
}
