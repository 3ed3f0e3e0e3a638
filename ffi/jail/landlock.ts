/**
 * Landlock (landlock(7)): what files this thread, and what it starts, can still reach.
 *
 * @module
 */
import { SyscallError } from "../errno.ts";
import { Fd } from "../fd.ts";
import { openFile } from "../kernel_files.ts";
import { check, syscall } from "../libc.ts";
import { NativeMemory, readMemory, Struct } from "../memory.ts";

/** `LANDLOCK_ACCESS_FS_*` (uapi/linux/landlock.h). */
const Access = {
  EXECUTE: 1n << 0n,
  WRITE_FILE: 1n << 1n,
  READ_FILE: 1n << 2n,
  READ_DIR: 1n << 3n,
  REMOVE_DIR: 1n << 4n,
  REMOVE_FILE: 1n << 5n,
  MAKE_CHAR: 1n << 6n,
  MAKE_DIR: 1n << 7n,
  MAKE_REG: 1n << 8n,
  MAKE_SOCK: 1n << 9n,
  MAKE_FIFO: 1n << 10n,
  MAKE_BLOCK: 1n << 11n,
  MAKE_SYM: 1n << 12n,
  REFER: 1n << 13n,
  TRUNCATE: 1n << 14n,
  IOCTL_DEV: 1n << 15n,
  RESOLVE_UNIX: 1n << 16n,
} as const;

/** Every right of the first ABI. */
const FIRST_RIGHTS = (1n << 13n) - 1n;
/** Rights that a rule about a file may give; the others are about directories. */
const FILE_RIGHTS = Access.EXECUTE | Access.WRITE_FILE | Access.READ_FILE | Access.TRUNCATE |
  Access.IOCTL_DEV;
/** BIND_TCP and CONNECT_TCP; then the same of UDP. */
const TCP_RIGHTS = 0x3n;
const UDP_RIGHTS = 0xcn;
const SCOPE_SIGNAL = 2n;
/** SIGNAL and ABSTRACT_UNIX_SOCKET. */
const SCOPES = SCOPE_SIGNAL | 1n;
/** Rights to use files that leave them as they are. */
const UNCHANGING = Access.EXECUTE | Access.READ_FILE | Access.READ_DIR | Access.IOCTL_DEV |
  Access.RESOLVE_UNIX;

const CREATE_VERSION = 1n;
const RULE_PATH_BENEATH = 1n;
const O_PATH = 0o10000000;
const S_IFMT = 0o170000;
const S_IFDIR = 0o040000;
/** Place of st_mode in struct stat. */
const MODE_AT = Deno.build.arch === "aarch64" ? 16 : 24;
const ENOENT = 2;
const ENOTDIR = 20;
/** A file of no mounted file system, such as a namespace; Landlock does not restrict those. */
const EBADFD = 77;

/** Why a process is let near a path. */
export type PathUse = "execute" | "list" | "read" | "write";

/** What a ruleset is about, and what each use of a path means, on kernels with one ABI. */
export interface LandlockRights {
  /** Bytes of struct landlock_ruleset_attr. */
  readonly size: 8 | 16 | 24;
  readonly files: bigint;
  readonly network: bigint;
  readonly scopes: bigint;
  readonly uses: Readonly<Record<PathUse, bigint>>;
}

/** The rights that an ABI knows; null for none. */
export function rightsOfAbi(abi: number): LandlockRights | null {
  if (abi < 1) return null;
  const files = FIRST_RIGHTS | (abi >= 2 ? Access.REFER : 0n) | (abi >= 3 ? Access.TRUNCATE : 0n) |
    (abi >= 5 ? Access.IOCTL_DEV : 0n) | (abi >= 10 ? Access.RESOLVE_UNIX : 0n);
  const read = Access.READ_FILE | Access.READ_DIR;
  const write = read | Access.WRITE_FILE | Access.REMOVE_DIR | Access.REMOVE_FILE |
    Access.MAKE_DIR | Access.MAKE_REG | Access.REFER | Access.TRUNCATE;
  return {
    size: abi >= 6 ? 24 : abi >= 4 ? 16 : 8,
    files,
    network: (abi >= 4 ? TCP_RIGHTS : 0n) | (abi >= 10 ? UDP_RIGHTS : 0n),
    scopes: abi >= 6 ? SCOPES : 0n,
    uses: {
      execute: Access.EXECUTE | Access.READ_FILE,
      list: Access.READ_DIR,
      read,
      write: write & files,
    },
  };
}

/** The rights of a use on what the path turned out to be. */
export function rightsOn(kind: "file" | "directory", rights: bigint): bigint {
  return kind === "directory" ? rights : rights & FILE_RIGHTS;
}

/** Version of Landlock in this kernel; 0 where it is not built in or not switched on. */
export function landlockAbi(): number {
  return Math.max(0, syscall("landlock_create_ruleset", 0n, 0n, CREATE_VERSION));
}

function isDirectory(fd: number): boolean {
  using memory = new NativeMemory();
  const stat = memory.allocate(256);
  check("fstat", syscall("fstat", BigInt(fd), stat));
  const mode = new DataView(readMemory(stat + BigInt(MODE_AT), 4).buffer).getUint32(0, true);
  return (mode & S_IFMT) === S_IFDIR;
}

function openIfThere(path: string): Fd | null {
  try {
    return openFile(path, O_PATH);
  } catch (error) {
    if (error instanceof SyscallError && [ENOENT, ENOTDIR].includes(error.errno)) return null;
    throw error;
  }
}

function allow(ruleset: Fd, path: string, rights: bigint): void {
  using file = openIfThere(path);
  if (file === null) return;
  using memory = new NativeMemory();
  const allowed = rightsOn(isDirectory(file.raw) ? "directory" : "file", rights);
  // a rule without rights is none
  if (allowed === 0n) return;
  const rule = new Struct(12).u64(0, allowed).u32(8, file.raw).in(memory);
  const result = syscall("landlock_add_rule", BigInt(ruleset.raw), RULE_PATH_BENEATH, rule, 0n);
  if (result !== -EBADFD) check("landlock_add_rule", result, path);
}

/** A ruleset: what it handles is refused but for its rules. */
interface Ruleset extends Pick<LandlockRights, "files" | "network" | "scopes"> {
  readonly paths: readonly (readonly [path: string, rights: bigint])[];
}

function restrict(size: number, { files, network, scopes, paths }: Ruleset): void {
  using memory = new NativeMemory();
  const attr = new Struct(24).u64(0, files).u64(8, network).u64(16, scopes).in(memory);
  const result = syscall("landlock_create_ruleset", attr, BigInt(size), 0n);
  using ruleset = new Fd("landlock_create_ruleset", result);
  for (const [path, rights] of paths) allow(ruleset, path, rights & files);
  check("landlock_restrict_self", syscall("landlock_restrict_self", BigInt(ruleset.raw), 0n));
}

/**
 * Confines this thread to paths. Does nothing on a kernel without Landlock.
 *
 * @param paths What it may reach, by use; paths that do not exist are left out.
 */
export function confineToPaths(paths: Readonly<Record<PathUse, readonly string[]>>): void {
  const rights = rightsOfAbi(landlockAbi());
  if (rights === null) return;
  const uses = ["execute", "list", "read", "write"] as const;
  restrict(rights.size, {
    ...rights,
    paths: uses.flatMap((use) => paths[use].map((path) => [path, rights.uses[use]] as const)),
  });
}

/**
 * Lets this thread change files below some paths only; it reads and executes whatever it could, and
 * keeps its network. Does nothing on a kernel without Landlock.
 *
 * @param writable Files and directories; those that do not exist are left out.
 */
export function confineWrites(writable: readonly string[]): void {
  const rights = rightsOfAbi(landlockAbi());
  if (rights === null) return;
  restrict(rights.size, {
    files: rights.files & ~UNCHANGING,
    network: 0n,
    scopes: rights.scopes & SCOPE_SIGNAL,
    paths: writable.map((path) => [path, rights.uses.write] as const),
  });
}
