/**
 * Debian 12 as it is on a new machine, packed and kept in the cache of the tests: neither Deno nor
 * Node is in it, and what the package of ours depends on lies beside it as files.
 *
 * @module
 */
import { isTaken } from "../../core/files/if_there.ts";
import { findMirror, PrivateApt } from "../vm/apt.ts";
import { defaultCacheDirectory } from "../vm/kernels.ts";
import { runProgram } from "../vm/process.ts";

const SUITE = "bookworm";
/** Changes when what is below changes, so that an old cache is not used. */
const LAYOUT = 1;
/** What the tree has besides the least there is: readers of man pages, completion of bash. */
const INCLUDED = ["bash-completion", "groff-base", "man-db"] as const;
/** What bpfman's package depends on and such a tree lacks. */
const NEEDED_PACKAGES: readonly string[] = ["libbpf1", "libelf1", "libxdp1"];

/** The tree. */
export interface DebianTree {
  /** An archive (tar, zstd) of the tree. */
  readonly archive: string;
  /** The packages of {@linkcode NEEDED_PACKAGES}. */
  readonly packages: readonly string[];
}

/** In memory nothing waits for a disk; the mount goes with the process that sees it. */
const BUILD = `set -eu
mount -t tmpfs -o mode=755,size=1g tmpfs "$1"
debootstrap --variant=minbase --include="$2" "$3" "$1" "$4" >"$5.log" 2>&1 || {
  tail -n 5 "$5.log" "$1/debootstrap/debootstrap.log" >&2
  exit 1
}
rm -f "$1"/var/cache/apt/archives/*.deb "$5.log"
tar -C "$1" -c . | zstd -q -1 -o "$5"
`;

async function build(directory: string): Promise<void> {
  const apt = await PrivateApt.open(`${directory}/apt`, SUITE);
  await apt.download(NEEDED_PACKAGES, `${directory}/packages`);
  await Deno.remove(`${directory}/apt`, { recursive: true });
  await Deno.mkdir(`${directory}/tree`);
  const words = [
    ...[`${directory}/tree`, INCLUDED.join(",")],
    ...[SUITE, await findMirror(), `${directory}/tree.tar.zst`],
  ];
  await runProgram("unshare", ["--mount", "sh", "-c", BUILD, "sh", ...words], {
    label: "debootstrap",
    timeoutSeconds: 300,
  });
}

async function read(directory: string): Promise<DebianTree> {
  const names = await Array.fromAsync(Deno.readDir(`${directory}/packages`), ({ name }) => name);
  return {
    archive: `${directory}/tree.tar.zst`,
    packages: names.sort().map((name) => `${directory}/packages/${name}`),
  };
}

/** The tree, made when it is not in the cache. */
export async function ensureDebianTree(): Promise<DebianTree> {
  const root = `${defaultCacheDirectory()}/debian`;
  const directory = `${root}/${SUITE}-${LAYOUT}`;
  await Deno.mkdir(root, { recursive: true });
  using lock = await Deno.open(`${directory}.lock`, { create: true, write: true });
  await lock.lock(true);
  if (isTaken(directory)) return await read(directory);
  const building = `${directory}.building`;
  // the lock is ours: what is there was left by a killed run
  if (isTaken(building)) await Deno.remove(building, { recursive: true });
  await Deno.mkdir(building);
  await build(building);
  await Deno.rename(building, directory);
  return await read(directory);
}
