/**
 * This thread in the network namespace of a test, for calls of the product that are to find an
 * interface without entering a namespace themselves.
 *
 * @module
 */

const LIBC_SYMBOLS = {
  // int open(const char *path, int flags)
  open: { parameters: ["buffer", "i32"], result: "i32" },
  // int setns(int fd, int nstype)
  setns: { parameters: ["i32", "i32"], result: "i32" },
  // int close(int fd)
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const O_CLOEXEC = 0o2000000;
const CLONE_NEWNET = 0x40000000;

type Libc = Deno.DynamicLibrary<typeof LIBC_SYMBOLS>["symbols"];

let libc: Libc | undefined;

/** Opens what is needed, before a test is watched for what it opens and does not close. */
export function prepareNamespaces(): Libc {
  return libc ??= Deno.dlopen("libc.so.6", LIBC_SYMBOLS).symbols;
}

function openNamespace(path: string): number {
  const fd = prepareNamespaces().open(new TextEncoder().encode(`${path}\0`), O_CLOEXEC);
  if (fd < 0) throw new Error(`Cannot open the namespace "${path}"`);
  return fd;
}

/** Brings this thread into a namespace; disposing it brings the thread back. */
export class ThreadNetns implements Disposable {
  #home: number;

  constructor(path: string) {
    this.#home = openNamespace("/proc/thread-self/ns/net");
    const fd = openNamespace(path);
    const result = prepareNamespaces().setns(fd, CLONE_NEWNET);
    prepareNamespaces().close(fd);
    if (result !== 0) throw new Error(`Cannot enter the namespace "${path}"`);
  }

  [Symbol.dispose](): void {
    if (this.#home < 0) return;
    const result = prepareNamespaces().setns(this.#home, CLONE_NEWNET);
    prepareNamespaces().close(this.#home);
    this.#home = -1;
    if (result !== 0) throw new Error("Cannot bring the thread back to its own namespace");
  }
}
