/**
 * The bare bpf(2) call for feature probes. It shares nothing with `ffi/`: a fault there must show as
 * a failed test, not as a feature that this kernel seems to lack.
 *
 * @module
 */

const LIBC_SYMBOLS = {
  // long syscall(long number, ...)
  syscall: { parameters: ["i64", "i64", "buffer", "u64"], result: "i64" },
  // int *__errno_location(void)
  __errno_location: { parameters: [], result: "usize" },
  // void *memcpy(void *dest, const void *src, size_t n), from C memory and into it
  peek: { name: "memcpy", parameters: ["buffer", "usize", "u64"], result: "void" },
  poke: { name: "memcpy", parameters: ["usize", "buffer", "u64"], result: "void" },
  // void *malloc(size_t size)
  malloc: { parameters: ["u64"], result: "usize" },
  // void free(void *ptr)
  free: { parameters: ["usize"], result: "void" },
  // int close(int fd)
  close: { parameters: ["i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

const BPF_SYSCALL_NUMBER: Readonly<Record<string, bigint>> = { x86_64: 321n, aarch64: 280n };

/** Commands of bpf(2) that the probes use. */
const BpfCommand = { PROG_LOAD: 5, PROG_QUERY: 16 } as const;

/** Room for the attributes of every command; the kernel asks only that unknown bytes are zero. */
const ATTRIBUTES_SIZE = 128;

/** `r0 = 0; exit` */
const TWO_INSTRUCTIONS = new Uint8Array([0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0]);

function openLibc(): Deno.DynamicLibrary<typeof LIBC_SYMBOLS>["symbols"] {
  return Deno.dlopen("libc.so.6", LIBC_SYMBOLS).symbols;
}

let libc: ReturnType<typeof openLibc> | undefined;

/** Calls bpf(2) with the 32-bit words given by offset; returns 0 or a positive errno. */
function bpf(command: number, words: ReadonlyMap<number, number | bigint>): number {
  const number = BPF_SYSCALL_NUMBER[Deno.build.arch];
  if (number === undefined) {
    throw new Error(`Cannot call bpf(2) on "${Deno.build.arch}": its number is not known here`);
  }
  libc ??= openLibc();
  const attributes = new Uint8Array(ATTRIBUTES_SIZE);
  const view = new DataView(attributes.buffer);
  for (const [offset, value] of words) {
    if (typeof value === "bigint") view.setBigUint64(offset, value, true);
    else view.setUint32(offset, value, true);
  }
  const errno = new Uint8Array(4);
  const result = libc.syscall(number, BigInt(command), attributes, BigInt(ATTRIBUTES_SIZE));
  if (result < 0n) {
    libc.peek(errno, libc.__errno_location(), 4n);
    return new DataView(errno.buffer).getInt32(0, true);
  }
  if (command === BpfCommand.PROG_LOAD) libc.close(Number(result));
  return 0;
}

/** Loads the smallest program of a type and attach type, closes it; returns 0 or the errno. */
export function tryProgLoad(programType: number, attachType: number): number {
  libc ??= openLibc();
  const license = new TextEncoder().encode("GPL\0");
  const memory = libc.malloc(BigInt(TWO_INSTRUCTIONS.length + license.length));
  try {
    const licenseAt = memory + BigInt(TWO_INSTRUCTIONS.length);
    libc.poke(memory, TWO_INSTRUCTIONS, BigInt(TWO_INSTRUCTIONS.length));
    libc.poke(licenseAt, license, BigInt(license.length));
    // union bpf_attr: prog_type, insn_cnt, insns, license, ..., expected_attach_type
    return bpf(
      BpfCommand.PROG_LOAD,
      new Map<number, number | bigint>([
        [0, programType],
        [4, TWO_INSTRUCTIONS.length / 8],
        [8, memory],
        [16, licenseAt],
        [68, attachType],
      ]),
    );
  } finally {
    libc.free(memory);
  }
}

/** Asks which programs an interface has at an attach type; returns 0 or the errno. */
export function tryProgQuery(ifindex: number, attachType: number): number {
  return bpf(BpfCommand.PROG_QUERY, new Map([[0, ifindex], [4, attachType]]));
}
