/**
 * What libbpf writes to standard error while it works. A print callback would need an unscoped
 * `--allow-ffi`, so descriptor 2 points into memory for the length of one call.
 *
 * @module
 */
import { Fd } from "./fd.ts";
import { check, syscall } from "./libc.ts";
import { NativeMemory, readMemory } from "./memory.ts";

const STDERR = 2n;
const CLOEXEC = 1n;
const MAX_TEXT = 1024 * 1024;

/** Text that C code wrote to standard error. */
export interface Captured<T> {
  readonly result: T;
  /** Reads what was written; call it only when it is wanted. */
  readonly messages: readonly string[];
}

function textOf(memfd: number): string {
  using memory = new NativeMemory();
  const buffer = memory.reserve(MAX_TEXT);
  const n = check("pread64", syscall("pread64", BigInt(memfd), buffer, BigInt(MAX_TEXT), 0n));
  return new TextDecoder().decode(readMemory(buffer, n));
}

/**
 * Runs `work` with standard error caught.
 *
 * @param work Synchronous work; nothing else of this process may write meanwhile.
 * @returns Its result and the lines, without libbpf's prefix.
 */
export function captureStderr<T>(work: () => T): Captured<T> {
  using names = new NativeMemory();
  using memfd = new Fd("memfd_create", syscall("memfd_create", names.string("stderr"), CLOEXEC));
  using saved = new Fd("dup", syscall("dup", STDERR));
  check("dup3", syscall("dup3", BigInt(memfd.raw), STDERR, 0n));
  let result: T;
  try {
    result = work();
  } finally {
    check("dup3", syscall("dup3", BigInt(saved.raw), STDERR, 0n));
  }
  const messages = textOf(memfd.raw).split("\n")
    .map((line) => line.replace(/^libbpf: /, "").trimEnd())
    .filter((line) => line !== "");
  return { result, messages };
}
