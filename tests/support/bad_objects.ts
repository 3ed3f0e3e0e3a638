/**
 * Files that are no eBPF objects, each in its own way, for tests of what users are told about them.
 * Made at run time from a good fixture, so that no broken binary lies in the repository.
 *
 * @module
 */

const GOOD_OBJECT = new URL("../fixtures/xdp_pass.bpf.o", import.meta.url);

/** Offsets in the header of an ELF file, and values for them. */
const Elf = { CLASS: 4, DATA: 5, TYPE: 16, MACHINE: 18, CLASS_32: 1, BIG_ENDIAN: 2 } as const;
const MACHINE_X86_64 = 62;
const TYPE_EXECUTABLE = 2;
const HEADER_SIZE = 64;

/** Makes the bytes of each bad file from those of a good object. */
const MAKERS = {
  /** No byte at all. */
  empty: () => new Uint8Array(),
  /** Words for people. */
  text: () => new TextEncoder().encode("This is not an object file\n"),
  /** The four magic bytes and nothing behind them. */
  magicOnly: (good) => good.slice(0, 4),
  /** A whole header whose section table is cut off. */
  headerOnly: (good) => good.slice(0, HEADER_SIZE),
  /** The first half: the section table, at the end of the file, is missing. */
  truncated: (good) => good.slice(0, good.length / 2),
  /** An ELF object for another processor. */
  otherMachine: (good) => patch(good, Elf.MACHINE, MACHINE_X86_64),
  /** An ELF file for 32 bits. */
  otherClass: (good) => patch(good, Elf.CLASS, Elf.CLASS_32),
  /** An object for the other byte order, in its header at least. */
  otherByteOrder: (good) => patch(good, Elf.DATA, Elf.BIG_ENDIAN),
  /** An executable instead of a relocatable object. */
  executable: (good) => patch(good, Elf.TYPE, TYPE_EXECUTABLE),
} as const satisfies Readonly<Record<string, (good: Uint8Array<ArrayBuffer>) => Uint8Array>>;

/** Name of a way to be no eBPF object. */
export type BadObject = keyof typeof MAKERS;

/** A folder with one file of each kind, removed at the end. */
export interface BadObjects extends AsyncDisposable {
  readonly folder: string;
  /** Path of the file of a kind. */
  path(kind: BadObject): string;
  readonly kinds: readonly BadObject[];
}

function patch(good: Uint8Array<ArrayBuffer>, offset: number, value: number): Uint8Array {
  const bytes = good.slice();
  bytes[offset] = value;
  return bytes;
}

/** Writes a file of each kind into a temporary folder. */
export async function makeBadObjects(): Promise<BadObjects> {
  const good = await Deno.readFile(GOOD_OBJECT);
  const folder = await Deno.makeTempDir({ prefix: "bad-objects-" });
  const kinds = Object.keys(MAKERS) as BadObject[];
  for (const kind of kinds) await Deno.writeFile(`${folder}/${kind}.o`, MAKERS[kind](good));
  return {
    folder,
    kinds,
    path: (kind) => `${folder}/${kind}.o`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
