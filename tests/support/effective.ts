/**
 * Work with few capabilities: those of this thread are taken away for a while and given back. The
 * product's calls to the kernel are made by the thread that its code runs on, so this is what the
 * kernel asks about. It shares nothing with `ffi/`.
 *
 * @module
 */

const LIBC_SYMBOLS = {
  // long syscall(long number, ...)
  syscall: { parameters: ["i64", "buffer", "buffer"], result: "i64" },
} as const satisfies Deno.ForeignLibraryInterface;

/** System call numbers by architecture (asm/unistd.h). */
const NUMBERS = {
  x86_64: { capget: 125n, capset: 126n },
  aarch64: { capget: 90n, capset: 91n },
} as const;

/** _LINUX_CAPABILITY_VERSION_3: two words for each set. */
const VERSION = 0x20080522;

/** Numbers of the capabilities that tests name (uapi/linux/capability.h). */
const BITS: Readonly<Record<string, number>> = {
  CAP_CHOWN: 0,
  CAP_DAC_OVERRIDE: 1,
  CAP_FOWNER: 3,
  CAP_NET_ADMIN: 12,
  CAP_SYS_PTRACE: 19,
  CAP_SYS_ADMIN: 21,
  CAP_SYS_RESOURCE: 24,
  CAP_SYSLOG: 34,
  CAP_PERFMON: 38,
  CAP_BPF: 39,
};

function openLibc(): Deno.DynamicLibrary<typeof LIBC_SYMBOLS>["symbols"] {
  return Deno.dlopen("libc.so.6", LIBC_SYMBOLS).symbols;
}

let libc: ReturnType<typeof openLibc> | undefined;

/** Opens what is needed, before a test is watched for what it opens and does not close. */
export function prepareCapabilities(): void {
  libc ??= openLibc();
}

function header(): Uint8Array {
  // pid 0 is the calling thread
  return new Uint8Array(new Uint32Array([VERSION, 0]).buffer);
}

function call(name: "capget" | "capset", data: Uint8Array): void {
  libc ??= openLibc();
  if (libc.syscall(NUMBERS[Deno.build.arch][name], header(), data) === 0n) return;
  throw new Error(`Cannot go on: ${name} failed`);
}

/** struct __user_cap_data_struct twice: effective, permitted, inheritable, low words first. */
function readSets(): Uint32Array {
  const sets = new Uint32Array(6);
  call("capget", new Uint8Array(sets.buffer));
  return sets;
}

function setEffective([low, high]: readonly [number, number]): void {
  const sets = readSets();
  [sets[0], sets[3]] = [low, high];
  call("capset", new Uint8Array(sets.buffer));
}

/** The two words of a set of capabilities. */
function words(capabilities: readonly string[]): [number, number] {
  const sum = [0, 0] as [number, number];
  for (const name of capabilities) {
    const bit = BITS[name];
    if (bit === undefined) throw new Error(`Cannot name the capability "${name}": it is not known`);
    const word = bit < 32 ? 0 : 1;
    sum[word] = (sum[word] | (1 << (bit % 32))) >>> 0;
  }
  return sum;
}

/** Runs work with these capabilities in effect and no other. */
export async function withCapabilities<T>(
  capabilities: readonly string[],
  work: () => T | Promise<T>,
): Promise<T> {
  const before = readSets();
  setEffective(words(capabilities));
  try {
    return await work();
  } finally {
    setEffective([before[0] ?? 0, before[3] ?? 0]);
  }
}
