/**
 * BTF, the type information of BPF objects and kernels: a strict reader with an index in typed
 * arrays. Every number is checked against its bounds before anything uses it.
 *
 * @module
 */
import { BtfKind, isReference } from "./kinds.ts";
import { type BtfLayout, readLayout } from "./layout.ts";
import { TypeNames } from "./names.ts";
import { checkReferences, findStarts } from "./scan.ts";

/** A member of a struct or union. */
export interface BtfMember {
  /** Empty for anonymous members. */
  readonly name: string;
  /** Number of the type. */
  readonly type: number;
  /** Bits from the start of the struct. */
  readonly bitOffset: number;
  /** Width of a bit field; 0 for others. */
  readonly bitSize: number;
}

/** A constant of an enumeration. */
export interface BtfEnumerator {
  /** Name, empty when there is none. */
  readonly name: string;
  /** Its value. */
  readonly value: bigint;
}

/** A parameter of a function; without name and type it stands for `...`. */
export interface BtfParameter {
  /** Name, empty when there is none. */
  readonly name: string;
  /** Number of the type. */
  readonly type: number;
}

/** A variable's place in a section. */
export interface BtfVariable {
  /** Number of the type. */
  readonly type: number;
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** Size in bytes. */
  readonly size: number;
}

/** How BTF is read. */
export interface BtfOptions {
  /** Kernel BTF that a module's (split) BTF continues. @default none */
  readonly base?: Btf;
  /** Where the bytes begin in their file, for error places. @default 0 */
  readonly fileOffset?: number;
  /**
   * True for BTF that another judge checks as well, such as libbpf: references and strings are then
   * not checked one by one. Wrong ones read as nothing; they do no harm. @default false
   */
  readonly isTrusted?: boolean;
  /** Longest chain of const, volatile and typedef. @default 64 */
  readonly maxDepth?: number;
}

const decoder = new TextDecoder();
const DEFAULT_DEPTH = 64;

/** An index over BTF. */
export class Btf {
  /** Kernel BTF that this one continues. */
  readonly base: Btf | undefined;
  /** Number of the first type of this BTF itself. */
  readonly firstId: number;
  /** One more than the highest type number. */
  readonly end: number;
  /** Byte order of the BTF. */
  readonly isLittleEndian: boolean;
  readonly #layout: BtfLayout;
  readonly #words: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #strings: Uint8Array;
  readonly #firstString: number;
  readonly #maxDepth: number;
  readonly #names: TypeNames;

  /** Use {@linkcode readBtf}. */
  constructor(layout: BtfLayout, options: BtfOptions) {
    this.#layout = layout;
    this.base = options.base;
    this.isLittleEndian = layout.isLittleEndian;
    this.#words = layout.words;
    this.#strings = layout.strings;
    this.firstId = options.base?.end ?? 1;
    this.#firstString = options.base?.stringEnd ?? 0;
    this.#maxDepth = options.maxDepth ?? DEFAULT_DEPTH;
    const limits = { firstId: this.firstId, stringEnd: this.stringEnd };
    this.#starts = findStarts(layout, limits);
    this.end = this.firstId + this.#starts.length;
    this.#names = new TypeNames(layout, this.#starts, this.#firstString);
    if (!options.isTrusted) checkReferences(layout, this.#starts, limits);
  }

  /** One more than the highest string offset, counted from the base's first string. */
  get stringEnd(): number {
    return this.#firstString + this.#strings.length;
  }

  /** Place of a type in its file, in bytes. */
  offsetOf(id: number): number {
    if (this.base !== undefined && id < this.firstId) return this.base.offsetOf(id);
    return this.#layout.typesAt + (this.#starts[id - this.firstId] ?? 0) * 4;
  }

  /** A word of a type's record: 0 name, 1 kind and length, 2 size or type, then the rest. */
  word(id: number, index: number): number {
    if (this.base !== undefined && id < this.firstId) return this.base.word(id, index);
    const start = this.#starts[id - this.firstId];
    return start === undefined ? 0 : this.#words[start + index] ?? 0;
  }

  /** Kind of a type; `VOID` for numbers that are none. */
  kind(id: number): number {
    return this.word(id, 1) >>> 24 & 31;
  }

  /** Number of members, constants, parameters or variables. */
  vlen(id: number): number {
    return this.word(id, 1) & 0xffff;
  }

  /** The kind flag: bit fields in a struct, signed enum, forward union. */
  flag(id: number): boolean {
    return this.word(id, 1) >>> 31 !== 0;
  }

  /** The type that a pointer, typedef, modifier, function or variable refers to. */
  ref(id: number): number {
    return isReference(this.kind(id)) ? this.word(id, 2) : 0;
  }

  /** Name of a type, empty when it has none. */
  name(id: number): string {
    return this.string(this.word(id, 0));
  }

  /** The string at an offset of the string section. */
  string(offset: number): string {
    if (this.base !== undefined && offset < this.#firstString) return this.base.string(offset);
    const start = offset - this.#firstString;
    if (start >= this.#strings.length) return "";
    const end = this.#strings.indexOf(0, start);
    return end === start ? "" : decoder.decode(this.#strings.subarray(start, end));
  }

  /** True when the offset begins a string that is not empty. */
  hasText(offset: number): boolean {
    if (this.base !== undefined && offset < this.#firstString) return this.base.hasText(offset);
    return (this.#strings[offset - this.#firstString] ?? 0) !== 0;
  }

  /** Members of a struct or union. */
  members(id: number): BtfMember[] {
    const hasBitFields = this.flag(id);
    return Array.from({ length: this.vlen(id) }, (_, n) => {
      const place = this.word(id, 5 + n * 3);
      return {
        name: this.string(this.word(id, 3 + n * 3)),
        type: this.word(id, 4 + n * 3),
        bitOffset: hasBitFields ? place & 0xffffff : place,
        bitSize: hasBitFields ? place >>> 24 : 0,
      };
    });
  }

  /** Element type, index type and length of an array. */
  array(id: number): { readonly element: number; readonly index: number; readonly length: number } {
    return { element: this.word(id, 3), index: this.word(id, 4), length: this.word(id, 5) };
  }

  /** Constants of an enumeration. */
  enumerators(id: number): BtfEnumerator[] {
    const isWide = this.kind(id) === BtfKind.ENUM64;
    const isSigned = this.flag(id);
    return Array.from({ length: this.vlen(id) }, (_, n) => {
      const at = 3 + n * (isWide ? 3 : 2);
      const high = isWide ? BigInt(this.word(id, at + 2)) << 32n : 0n;
      const value = high | BigInt(this.word(id, at + 1));
      const name = this.string(this.word(id, at));
      return { name, value: isSigned ? BigInt.asIntN(isWide ? 64 : 32, value) : value };
    });
  }

  /** Parameters of a function prototype. */
  parameters(id: number): BtfParameter[] {
    return Array.from({ length: this.vlen(id) }, (_, n) => ({
      name: this.string(this.word(id, 3 + n * 2)),
      type: this.word(id, 4 + n * 2),
    }));
  }

  /** Variables of a data section. */
  variables(id: number): BtfVariable[] {
    return Array.from({ length: this.vlen(id) }, (_, n) => ({
      type: this.word(id, 3 + n * 3),
      offset: this.word(id, 4 + n * 3),
      size: this.word(id, 5 + n * 3),
    }));
  }

  /** Encoding (1 signed, 2 char, 4 bool), bit offset and width of an integer. */
  int(id: number): { readonly encoding: number; readonly offset: number; readonly bits: number } {
    const word = this.word(id, 3);
    return { encoding: word >>> 24 & 15, offset: word >>> 16 & 0xff, bits: word & 0xff };
  }

  /** The type behind typedefs and modifiers; 0 (void) when the chain is too long. */
  resolve(id: number): number {
    let at = id;
    for (let depth = 0; depth < this.#maxDepth; depth++) {
      const kind = this.kind(at);
      const isName = kind >= BtfKind.TYPEDEF && kind <= BtfKind.RESTRICT;
      if (!isName && kind !== BtfKind.TYPE_TAG) return at;
      at = this.word(at, 2);
    }
    return 0;
  }

  /** Size of a type in bytes; undefined when it has none. */
  sizeOf(id: number): number | undefined {
    let factor = 1;
    let at = this.resolve(id);
    for (let depth = 0; depth < this.#maxDepth; depth++) {
      const kind = this.kind(at);
      if (kind === BtfKind.PTR) return factor * 8;
      if (kind === BtfKind.VAR) at = this.resolve(this.word(at, 2));
      else if (kind === BtfKind.ARRAY) {
        factor *= this.word(at, 5);
        at = this.resolve(this.word(at, 3));
      } else if (kind === BtfKind.FWD || kind >= BtfKind.FUNC && kind <= BtfKind.FUNC_PROTO) {
        return undefined;
      } else return at === 0 || kind === BtfKind.DECL_TAG ? undefined : factor * this.word(at, 2);
    }
    return undefined;
  }

  /** The first type of a name and kind (any kind when undefined); 0 when there is none. */
  find(name: string, kind?: number): number {
    const found = this.base?.find(name, kind) ?? 0;
    return found || this.findAll(name, kind).next().value || 0;
  }

  /** All types of this BTF itself with a name, in order. */
  *findAll(name: string, kind?: number): Generator<number, undefined> {
    for (const position of this.#names.positions(name)) {
      const id = this.firstId + position;
      if (kind === undefined || this.kind(id) === kind) yield id;
    }
    return undefined;
  }
}

/**
 * Reads BTF: header, bounds, every type's references.
 *
 * @param bytes A `.BTF` section or a raw BTF file such as `/sys/kernel/btf/vmlinux`.
 * @param options Base BTF and limits.
 * @throws {BytecodeError} When the bytes are no well-formed BTF.
 */
export function readBtf(bytes: Uint8Array, options: BtfOptions = {}): Btf {
  const layout = readLayout(bytes, options.fileOffset ?? 0, options.isTrusted ?? false);
  return new Btf(layout, options);
}
