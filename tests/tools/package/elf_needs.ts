/**
 * What a program needs of the machine, read from itself: a processor, and libraries.
 *
 * @module
 */
import type { Target } from "../compile/elf.ts";
import { ElfProgram } from "../compile/elf_program.ts";

const MACHINE_OFFSET = 18;
const MACHINES: Readonly<Record<number, Target>> = { 62: "x86_64", 183: "aarch64" };

/** A library and the newest version of each of its symbol sets that is needed. */
export interface LibraryNeed {
  readonly name: string;
  /** Such as `GLIBC_2.27`; none when any version will do. */
  readonly versions: readonly string[];
}

const Tag = { NEEDED: 1n, STRINGS: 5n, VERSIONS: 0x6ffffffen, VERSION_COUNT: 0x6fffffffn } as const;

/** A program and its libraries. */
class LinkedProgram extends ElfProgram {
  #name(offset: number): string {
    const [strings] = this.dynamic(Tag.STRINGS);
    if (strings === undefined) throw new TypeError("Cannot read the program: it has no names");
    return this.textAt(this.offsetOf(strings) + offset);
  }

  needed(): string[] {
    return this.dynamic(Tag.NEEDED).map((offset) => this.#name(Number(offset)));
  }

  /** Names of versions by library. */
  versions(): Map<string, string[]> {
    const found = new Map<string, string[]>();
    const [table] = this.dynamic(Tag.VERSIONS);
    const [count] = this.dynamic(Tag.VERSION_COUNT);
    if (table === undefined || count === undefined) return found;
    let at = this.offsetOf(table);
    for (let entry = 0; entry < Number(count); entry++) {
      found.set(this.#name(this.view.getUint32(at + 4, true)), this.#versionNames(at));
      at += this.view.getUint32(at + 12, true);
    }
    return found;
  }

  #versionNames(entry: number): string[] {
    const names: string[] = [];
    let at = entry + this.view.getUint32(entry + 8, true);
    for (let left = this.view.getUint16(entry + 2, true); left > 0; left--) {
      names.push(this.#name(this.view.getUint32(at + 8, true)));
      at += this.view.getUint32(at + 12, true);
    }
    return names;
  }
}

/**
 * The libraries that a program is linked with.
 *
 * @throws {TypeError} When it is no ELF file of 64 bits.
 */
export function libraryNeeds(bytes: Uint8Array<ArrayBuffer>): LibraryNeed[] {
  const program = new LinkedProgram(bytes);
  const versions = program.versions();
  return program.needed().map((name) => ({ name, versions: versions.get(name) ?? [] }));
}

/**
 * Makes sure that a program is for a processor.
 *
 * @throws {TypeError} When it is for another one, or no ELF file of 64 bits.
 */
export function checkTarget(bytes: Uint8Array<ArrayBuffer>, target: Target): void {
  const found = MACHINES[new ElfProgram(bytes).view.getUint16(MACHINE_OFFSET, true)];
  if (found === target) return;
  throw new TypeError(
    `Cannot package the program for "${target}": it is for ${found ?? "another processor"}`,
  );
}
