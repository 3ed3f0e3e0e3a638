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
/** A verifier's log has at most 16 MiB. */
const MAX_TEXT = 17 * 1024 * 1024;

/** What came of the work, and what was written meanwhile. */
export interface Captured<T> {
  readonly result: T;
  /** What C code wrote to standard error; empty when `isFailure` said that nobody wants it. */
  readonly text: string;
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
 * @param isFailure Whether the text of this result is wanted.
 */
export function captureStderr<T>(work: () => T, isFailure: (result: T) => boolean): Captured<T> {
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
  return { result, text: isFailure(result) ? textOf(memfd.raw) : "" };
}
