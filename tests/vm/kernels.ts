/**
 * Debian's kernels for the virtual machines: fetched once, kept in a cache directory.
 *
 * @module
 */
import { isThere, removeIfThere } from "../../core/files/if_there.ts";
import { PrivateApt } from "./apt.ts";
import { requireVmPackages } from "./packages.ts";
import { pipePrograms, runForText } from "./process.ts";
import { extractVmlinux } from "./vmlinux.ts";

/**
 * Which suite of Debian has which kernel; the exact release is asked from the suite.
 *
 * The generic flavour, not the "cloud" one: that is a third of the download (27 MB instead of
 * 70 MB for 6.1, 34 MB instead of 108 MB for 6.12) and has all of BPF, but no 9p, so sharing the
 * root would need a virtiofsd process per share, with other names and options in each release of
 * Debian; its boot is only 0.2 s shorter.
 */
export const KERNELS = {
  "6.1": { suite: "bookworm", metaPackage: "linux-image-amd64" },
  "6.12": { suite: "trixie", metaPackage: "linux-image-amd64" },
  // Debian's development suite: it moves on to other kernels, then this entry must follow.
  "7.2": { suite: "sid", metaPackage: "linux-image-amd64" },
} as const;

/** Name of a test kernel. */
export type KernelName = keyof typeof KERNELS;

/** A kernel in the cache, ready to boot. */
export interface KernelImage {
  readonly name: KernelName;
  /** As `uname -r` prints it. */
  readonly release: string;
  /** Directory of this kernel in the cache. */
  readonly directory: string;
  /** Path of the uncompressed kernel. */
  readonly vmlinux: string;
  /** Directory that holds a directory of modules named like the release. */
  readonly modules: string;
}

/** Options of {@linkcode ensureKernel}. */
export interface EnsureKernelOptions {
  /** Cache directory. @default {@linkcode defaultCacheDirectory} */
  readonly cacheDirectory?: string;
  /** Called with a line of text when something takes time. */
  readonly log?: (line: string) => void;
}

/** What is written into `kernel.json`, last of all. */
interface KernelRecord {
  readonly release: string;
  readonly packages: readonly string[];
}

/** Raise it when the content of a kernel's directory changes: older directories are then unused. */
const LAYOUT = 1;

/**
 * Modules that no test needs: drivers of real hardware (all but net, virtio, char and some small
 * ones) and sound. Without them 6.1 takes 100 MB on the disk instead of 330 MB.
 */
const EXCLUDED = [
  "*/kernel/sound",
  "*/kernel/drivers/[!ncv]*",
  "*/kernel/drivers/net/*/*",
  "./usr/share",
];

/** Tells whether a text is the name of a test kernel. */
export function isKernelName(text: string): text is KernelName {
  return Object.hasOwn(KERNELS, text);
}

/** Returns `$BPFMAN_TEST_CACHE`, or `~/.cache/bpfman-tests`. */
export function defaultCacheDirectory(): string {
  const configured = Deno.env.get("BPFMAN_TEST_CACHE");
  if (configured !== undefined && configured !== "") return configured;
  return `${Deno.env.get("HOME") ?? "/root"}/.cache/bpfman-tests`;
}

/** Returns a kernel from the cache, after having fetched it when it was not there. */
export async function ensureKernel(
  name: KernelName,
  options: EnsureKernelOptions = {},
): Promise<KernelImage> {
  const root = `${options.cacheDirectory ?? defaultCacheDirectory()}/vm`;
  const directory = `${root}/linux-${name}-${LAYOUT}`;
  const cached = await readImage(name, directory);
  if (cached !== undefined) return cached;
  await requireVmPackages();
  await Deno.mkdir(root, { recursive: true });
  using lock = await Deno.open(`${directory}.lock`, { create: true, write: true });
  await lockFile(lock, () => options.log?.(`waiting for another fetch of kernel ${name}`));
  const other = await readImage(name, directory);
  if (other !== undefined) return other;
  options.log?.(`fetching kernel ${name} from Debian ${KERNELS[name].suite}`);
  await removeInterrupted(root, `linux-${name}-${LAYOUT}`);
  const building = await Deno.makeTempDir({
    dir: root,
    prefix: `linux-${name}-${LAYOUT}.building-`,
  });
  await Deno.chmod(building, 0o755);
  try {
    await buildKernel(name, building);
  } catch (error) {
    removeIfThere(building, { recursive: true });
    throw error;
  }
  await Deno.rename(building, directory);
  const built = await readImage(name, directory);
  if (built === undefined) throw new Error(`Cannot find kernel "${name}" in "${directory}"`);
  options.log?.(`kernel ${name} is Linux ${built.release}`);
  return built;
}

/** Removes what killed runs left: the lock is ours, so nobody works there (but orphans may). */
async function removeInterrupted(root: string, name: string): Promise<void> {
  removeIfThere(`${root}/${name}`, { recursive: true });
  for await (const entry of Deno.readDir(root)) {
    if (entry.name.startsWith(`${name}.building-`)) {
      removeIfThere(`${root}/${entry.name}`, { recursive: true });
    }
  }
}

async function lockFile(file: Deno.FsFile, onWait: () => void): Promise<void> {
  const notice = setTimeout(onWait, 500);
  try {
    await file.lock(true);
  } finally {
    clearTimeout(notice);
  }
}

async function readImage(name: KernelName, directory: string): Promise<KernelImage | undefined> {
  try {
    const record: KernelRecord = JSON.parse(await Deno.readTextFile(`${directory}/kernel.json`));
    return {
      name,
      release: record.release,
      directory,
      vmlinux: `${directory}/vmlinux`,
      modules: `${directory}/lib/modules`,
    };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function buildKernel(name: KernelName, directory: string): Promise<void> {
  const { suite, metaPackage } = KERNELS[name];
  const apt = await PrivateApt.open(`${directory}/apt`, suite);
  const { release, packages } = await findPackages(apt, metaPackage);
  if (!release.startsWith(`${name}.`)) {
    throw new Error(
      `Cannot fetch kernel "${name}": Debian ${suite} has Linux ${release} now: adapt tests/vm/kernels.ts`,
    );
  }
  const tree = `${directory}/tree`;
  await Deno.mkdir(tree);
  const debs = await apt.download(packages, `${directory}/debs`);
  for (const deb of debs) await unpack(deb, tree);
  const modules = firstDirectory([
    `${tree}/usr/lib/modules/${release}`,
    `${tree}/lib/modules/${release}`,
  ]);
  const boot = `${tree}/boot/vmlinuz-${release}`;
  await extractVmlinux(isThere(boot) ? boot : `${modules}/vmlinuz`, `${directory}/vmlinux`);
  await Deno.mkdir(`${directory}/lib/modules`, { recursive: true });
  await Deno.rename(modules, `${directory}/lib/modules/${release}`);
  // The packages leave this to their installation scripts.
  await runForText("depmod", ["-b", directory, release], {
    env: { PATH: `${Deno.env.get("PATH") ?? ""}:/usr/sbin:/sbin` },
  });
  for (const rest of ["apt", "debs", "tree"]) {
    removeIfThere(`${directory}/${rest}`, { recursive: true });
  }
  const record: KernelRecord = {
    release,
    packages: debs.map((path) => path.slice(path.lastIndexOf("/") + 1)),
  };
  await Deno.writeTextFile(`${directory}/kernel.json`, JSON.stringify(record, null, 2) + "\n");
}

/** Finds the release behind a meta package, and the packages that hold its files. */
async function findPackages(
  apt: PrivateApt,
  metaPackage: string,
): Promise<{ release: string; packages: string[] }> {
  const image = (await apt.dependencies(metaPackage)).find((item) => /^linux-image-\d/.test(item));
  if (image === undefined) {
    throw new Error(
      `Cannot find a kernel: "${metaPackage}" depends on no "linux-image-..." package`,
    );
  }
  const release = image.slice("linux-image-".length);
  // In newer suites the image package is empty and depends on three others.
  const parts = ["base", "binary", "modules"].map((part) => `linux-${part}-${release}`);
  const needed = await apt.dependencies(image);
  const split = parts.every((part) => needed.includes(part));
  return { release, packages: split ? parts : [image] };
}

async function unpack(deb: string, directory: string): Promise<void> {
  const excludes = EXCLUDED.map((pattern) => `--exclude=${pattern}`);
  await pipePrograms(
    { program: "dpkg-deb", args: ["--fsys-tarfile", deb] },
    { program: "tar", args: ["-x", "-f", "-", "-C", directory, "--no-same-owner", ...excludes] },
  );
}

function firstDirectory(paths: readonly string[]): string {
  for (const path of paths) if (isThere(path)) return path;
  throw new Error(`Cannot find the modules of the kernel: none of "${paths.join('", "')}" exists`);
}
