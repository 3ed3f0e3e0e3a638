/**
 * A clean Debian that runs beside this machine: a tree of its own in memory, and namespaces of its own
 * for mounts, processes and network, where nothing but a loopback interface is.
 *
 * @module
 */
import type { DebianTree } from "./debian_tree.ts";
import { mustRun, type ProgramResult, runProgram, systemPath } from "./must.ts";

/** Sets the tree up, says so, and stays until its input ends. */
const SET_UP = `set -eu
mount -t tmpfs -o mode=755,size=2g tmpfs "$1"
zstd -q -d -c "$2" | tar -C "$1" -x
mount -t proc proc "$1/proc"
mount -t sysfs sysfs "$1/sys"
mount -t bpf bpf "$1/sys/fs/bpf"
mount -t tmpfs -o mode=755 tmpfs "$1/run"
root=$1
shift 2
cp "$@" "$root/root/"
exec chroot "$root" /bin/sh -c 'echo ready; exec cat >/dev/null'
`;

/** What a login gives: nothing of this machine's environment. */
const ENVIRONMENT = [
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "HOME=/root",
  "LC_ALL=C.UTF-8",
  "TERM=dumb",
  "MANPAGER=cat",
  "MANWIDTH=100",
  "DEBIAN_FRONTEND=noninteractive",
];

/** The host. It ends with its last reference. */
export class CleanHost {
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  readonly #pid: string;

  private constructor(child: Deno.ChildProcess, folder: string, pid: string) {
    this.#child = child;
    this.#folder = folder;
    this.#pid = pid;
  }

  /** Starts a host with the files in `/root`. */
  static async start({ archive }: DebianTree, files: readonly string[]): Promise<CleanHost> {
    const folder = await Deno.makeTempDir({ prefix: "bpfman-clean-" });
    const words = ["--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child"];
    const child = new Deno.Command("unshare", {
      args: [...words, "sh", "-c", SET_UP, "sh", folder, archive, ...files],
      env: { PATH: systemPath() },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    await reader.cancel();
    if (new TextDecoder().decode(value) !== "ready\n") {
      await child.status;
      throw new Error("Cannot start a clean host: see the messages above");
    }
    const children = await Deno.readTextFile(`/proc/${child.pid}/task/${child.pid}/children`);
    return new CleanHost(child, folder, children.trim());
  }

  #words(words: readonly string[]): string[] {
    const namespaces = ["--mount", "--net", "--pid", "--ipc", "--uts", "--root", "--wd"];
    return ["--target", this.#pid, ...namespaces, "env", "-i", ...ENVIRONMENT, ...words];
  }

  /** Runs a command, whatever comes of it. */
  run(...words: readonly string[]): Promise<ProgramResult> {
    return runProgram("nsenter", this.#words(words));
  }

  /** Runs a command that must succeed; gives what it printed. */
  must(...words: readonly string[]): Promise<string> {
    return mustRun("nsenter", this.#words(words));
  }

  /** Paths of all files of its tree but the index of man-db. What runs (/run, /proc, /sys) is mounted and no part of it. */
  async paths(): Promise<string[]> {
    return (await this.must("find", "/", "-xdev", "-not", "-path", "/var/cache/man/*")).trimEnd()
      .split("\n").sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close();
    await this.#child.status;
    await Deno.remove(this.#folder);
  }
}
