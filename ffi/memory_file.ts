/**
 * Texts in files that have no name and live in memory: standard input of the next process.
 *
 * @module
 */
import { Fd } from "./fd.ts";
import type { OwnedFd } from "./kernel.ts";
import { check, syscall } from "./libc.ts";
import { NativeMemory } from "./memory.ts";

const MFD_CLOEXEC = 1n;
const MFD_ALLOW_SEALING = 2n;
const F_ADD_SEALS = 1033n;
/** Seals, shrinking, growing, writing: nothing changes any more. */
const ALL_SEALS = 0xfn;

/**
 * Holds a text in memory, where nobody can change it. Whoever gets the descriptor reads it from its
 * beginning; two readers need two, as the place up to which was read belongs to the file.
 *
 * @param text The text.
 * @throws {SyscallError} When there is no memory.
 */
export function holdText(text: string): OwnedFd {
  using memory = new NativeMemory();
  const name = memory.string("bpfman");
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  const file = new Fd("memfd_create", syscall("memfd_create", name, flags));
  using steps = new DisposableStack();
  steps.use(file);
  const bytes = new TextEncoder().encode(text);
  const start = bytes.length === 0 ? 0n : memory.bytes(bytes);
  for (let at = 0; at < bytes.length;) {
    const rest = BigInt(bytes.length - at);
    at += check("write", syscall("write", BigInt(file.raw), start + BigInt(at), rest));
  }
  check("lseek", syscall("lseek", BigInt(file.raw), 0n, 0n));
  check("fcntl", syscall("fcntl", BigInt(file.raw), F_ADD_SEALS, ALL_SEALS));
  steps.move();
  return file;
}
