/**
 * The first root of a virtual machine: busybox, the modules for 9p and overlay, and two scripts.
 *
 * The archive is not compressed: the guest would spend more time on that than QEMU on loading 5 MB.
 *
 * @module
 */
import { cpioArchive, type CpioEntry, DIRECTORY, EXECUTABLE, REGULAR } from "./cpio.ts";
import type { KernelImage } from "./kernels.ts";
import { busyboxPath } from "./packages.ts";
import { runProgram } from "./process.ts";

/** Modules that the guest needs before it can see its real root. */
const MODULES = ["virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay"];

const DIRECTORIES = ["bin", "dev", "proc", "sys", "lower", "upper", "root", "modules"];

/** Returns the path of the initramfs for a kernel, built when it was not in the cache. */
export async function ensureInitramfs(kernel: KernelImage): Promise<string> {
  const scripts: CpioEntry[] = [
    { path: "init", mode: EXECUTABLE, data: await script("guest_init.sh") },
    { path: "guest_command.sh", mode: EXECUTABLE, data: await script("guest_command.sh") },
    { path: "bin/busybox", mode: EXECUTABLE, data: await Deno.readFile(await busyboxPath()) },
  ];
  const path = `${kernel.directory}/initramfs-${await fingerprint(scripts)}.cpio`;
  if (await isFile(path)) return path;
  const directories = DIRECTORIES.map((name) => ({ path: name, mode: DIRECTORY }));
  const modules = await moduleEntries(kernel);
  // Under its final name only when complete, so that two builders or a killed one do no harm.
  const temporary = await Deno.makeTempFile({ dir: kernel.directory });
  await Deno.writeFile(temporary, cpioArchive([...directories, ...scripts, ...modules]));
  await Deno.rename(temporary, path);
  return path;
}

/** What depmod knows: the files of the modules, and the modules that are part of the kernel. */
export interface ModuleTables {
  /** Content of `modules.dep`. */
  readonly dependencies: string;
  /** Content of `modules.builtin`. */
  readonly builtin: string;
}

/** Returns the files of the modules `wanted` and of what they need, in the order of loading. */
export function modulesInOrder(tables: ModuleTables, wanted: readonly string[]): string[] {
  const byName = new Map<string, readonly string[]>();
  for (const line of tables.dependencies.split("\n")) {
    const [path, rest] = line.split(":");
    if (path === undefined || rest === undefined) continue;
    // modules.dep lists what a module needs from the nearest to the deepest.
    const needed = rest.trim().split(" ").filter((item) => item !== "").reverse();
    byName.set(moduleName(path), [...needed, path]);
  }
  const builtin = new Set(tables.builtin.split("\n").map(moduleName));
  const files = wanted.flatMap((name) => {
    const found = byName.get(name);
    if (found === undefined && !builtin.has(name)) {
      throw new Error(`Cannot build the initramfs: the kernel has no module "${name}"`);
    }
    return found ?? [];
  });
  return [...new Set(files)];
}

function moduleName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.ko.*$/, "").replaceAll("-", "_");
}

async function moduleEntries(kernel: KernelImage): Promise<CpioEntry[]> {
  const directory = `${kernel.modules}/${kernel.release}`;
  const files = modulesInOrder({
    dependencies: await Deno.readTextFile(`${directory}/modules.dep`),
    builtin: await Deno.readTextFile(`${directory}/modules.builtin`),
  }, MODULES);
  const entries: CpioEntry[] = [];
  for (const file of files) {
    const data = await readModule(`${directory}/${file}`);
    entries.push({ path: `modules/${moduleName(file)}.ko`, mode: REGULAR, data });
  }
  const order = files.map((file) => `${moduleName(file)}.ko\n`).join("");
  return [...entries, {
    path: "modules/order",
    mode: REGULAR,
    data: new TextEncoder().encode(order),
  }];
}

async function readModule(path: string): Promise<Uint8Array> {
  // busybox's insmod and the kernel 6.1 read only plain files.
  return path.endsWith(".xz") ? await runProgram("xz", ["-dcq", path]) : await Deno.readFile(path);
}

async function script(name: string): Promise<Uint8Array> {
  return new TextEncoder().encode(await Deno.readTextFile(new URL(name, import.meta.url)));
}

async function fingerprint(entries: readonly CpioEntry[]): Promise<string> {
  const names = new TextEncoder().encode([...MODULES, ...DIRECTORIES].join("\n"));
  const bytes = cpioArchive([...entries, { path: "names", mode: REGULAR, data: names }]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return digest.toHex().slice(0, 12);
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
