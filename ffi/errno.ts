/**
 * Numbers of failed system calls as names and words.
 *
 * @module
 */

/** Numbers that both of our architectures share (uapi/asm-generic/errno*.h). */
const ERRNO: Readonly<Record<number, readonly [name: string, text: string]>> = {
  1: ["EPERM", "operation not permitted"],
  2: ["ENOENT", "no such file or directory"],
  3: ["ESRCH", "no such process or symbol"],
  4: ["EINTR", "interrupted system call"],
  5: ["EIO", "input/output error"],
  7: ["E2BIG", "argument list too long"],
  8: ["ENOEXEC", "exec format error"],
  9: ["EBADF", "bad file descriptor"],
  10: ["ECHILD", "no child process"],
  11: ["EAGAIN", "resource temporarily unavailable"],
  12: ["ENOMEM", "cannot allocate memory"],
  13: ["EACCES", "permission denied"],
  14: ["EFAULT", "bad address"],
  16: ["EBUSY", "device or resource busy"],
  17: ["EEXIST", "file exists"],
  18: ["EXDEV", "invalid cross-device link"],
  19: ["ENODEV", "no such device"],
  20: ["ENOTDIR", "not a directory"],
  21: ["EISDIR", "is a directory"],
  22: ["EINVAL", "invalid argument"],
  23: ["ENFILE", "too many open files in system"],
  24: ["EMFILE", "too many open files"],
  26: ["ETXTBSY", "text file busy"],
  27: ["EFBIG", "file too large"],
  28: ["ENOSPC", "no space left on device"],
  30: ["EROFS", "read-only file system"],
  34: ["ERANGE", "numerical result out of range"],
  36: ["ENAMETOOLONG", "file name too long"],
  38: ["ENOSYS", "function not implemented"],
  39: ["ENOTEMPTY", "directory not empty"],
  40: ["ELOOP", "too many levels of symbolic links"],
  95: ["EOPNOTSUPP", "operation not supported"],
  110: ["ETIMEDOUT", "connection timed out"],
  116: ["ESTALE", "stale file handle"],
  524: ["ENOTSUPP", "operation not supported by this kernel"],
  // libbpf's own numbers (libbpf.h, enum libbpf_errno)
  4000: ["LIBBPF_ERRNO__LIBELF", "something wrong in libelf"],
  4001: ["LIBBPF_ERRNO__FORMAT", "BPF object format invalid"],
  4002: ["LIBBPF_ERRNO__KVERSION", "incorrect or missing kernel version section"],
  4003: ["LIBBPF_ERRNO__ENDIAN", "endianness mismatch"],
  4004: ["LIBBPF_ERRNO__INTERNAL", "internal error in libbpf"],
  4005: ["LIBBPF_ERRNO__RELOC", "relocation failed"],
  4006: ["LIBBPF_ERRNO__LOAD", "load program failure for unknown reason"],
  4007: ["LIBBPF_ERRNO__VERIFY", "kernel verifier blocks program loading"],
  4008: ["LIBBPF_ERRNO__PROG2BIG", "program too big"],
};

/** Name of an error number, such as `ENOENT`; `errno 999` when it is not in the table. */
export function errnoName(errno: number): string {
  return ERRNO[errno]?.[0] ?? `errno ${errno}`;
}

/** Words for an error number, such as `no such file or directory`. */
export function errnoText(errno: number): string {
  return ERRNO[errno]?.[1] ?? "unknown error";
}

/** A system call, or a libbpf call, that returned an error number. */
export class SyscallError extends Error {
  override readonly name = "SyscallError";
  /** Call as C names it, such as `bpf(BPF_LINK_CREATE)`. */
  readonly call: string;
  /** Positive error number. */
  readonly errno: number;
  /** Name of the number, such as `EPERM`. */
  readonly code: string;
  /** What the call was about: a path, an id, an interface. */
  readonly object: string | undefined;

  constructor(call: string, errno: number, object?: string) {
    const about = object === undefined ? "" : ` "${object}"`;
    super(`${call}${about}: ${errnoText(errno)} (${errnoName(errno)})`);
    this.call = call;
    this.errno = errno;
    this.code = errnoName(errno);
    this.object = object;
  }
}

/** The kernel's verifier refused a program. */
export class VerifierError extends Error {
  override readonly name = "VerifierError";
  readonly program: string;
  readonly errno: number;
  readonly code: string;
  /** The whole log of the verifier. */
  readonly log: string;

  constructor(program: string, errno: number, log: string) {
    super(`The kernel verifier refused program "${program}": ${errnoText(errno)}`);
    this.program = program;
    this.errno = errno;
    this.code = errnoName(errno);
    this.log = log;
  }
}

/** libbpf could not open or prepare an object. */
export class ObjectError extends Error {
  override readonly name = "ObjectError";
  readonly call: string;
  readonly errno: number;
  readonly code: string;
  /** What libbpf said on the way, without its prefix. */
  readonly messages: readonly string[];

  constructor(call: string, errno: number, messages: readonly string[]) {
    super(`${call}: ${errnoText(errno)} (${errnoName(errno)})`);
    this.call = call;
    this.errno = errno;
    this.code = errnoName(errno);
    this.messages = messages;
  }
}

/** A shared library that is not there, too old, or may not be opened. */
export class LibraryError extends Error {
  override readonly name = "LibraryError";
  readonly library: string;
  /** Debian package that has it. */
  readonly debianPackage: string;

  constructor(message: string, library: string, debianPackage: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.library = library;
    this.debianPackage = debianPackage;
  }
}

/** The way back from a network namespace failed: this thread is where nothing may go on. */
export class StrandedError extends Error {
  override readonly name = "StrandedError";

  constructor(netns: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`Cannot come back from network namespace "${netns}": ${why}`, { cause });
  }
}
