/**
 * The least BTF that the kernel wants of a program with subprograms: without a type for each
 * function it refuses tail calls and callbacks.
 *
 * @module
 */
import type { ChainKind } from "../proceed_on.ts";

/** Version and magic of BTF (include/uapi/linux/btf.h). */
const MAGIC = 0xeb9f;
const VERSION = 1;
const HEADER_SIZE = 24;

/** Kinds of types. */
const Kind = { INT: 1, PTR: 2, FWD: 7, FUNC: 12, FUNC_PROTO: 13 } as const;

/** BTF_INT_SIGNED with 32 bits. */
const SIGNED_INT = 1 << 24 | 32;
/** Ids of the types that every BTF of ours begins with. */
const TypeId = { INT: 1, CONTEXT: 2, POINTER: 3, PROTOTYPE: 4 } as const;
/** Id of the first function. */
export const FIRST_FUNCTION = 5;

/** What a program is handed. */
const CONTEXT: Readonly<Record<ChainKind, string>> = { xdp: "xdp_md", tc: "__sk_buff" };

/** Longest name of a function (KSYM_NAME_LEN of older kernels). */
const MAX_NAME = 127;

/** Strings, each once. */
class Strings {
  readonly #offsets = new Map<string, number>();
  #bytes: number[] = [0];

  add(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const offset = this.#bytes.length;
    this.#offsets.set(text, offset);
    this.#bytes.push(...new TextEncoder().encode(text), 0);
    return offset;
  }

  get bytes(): readonly number[] {
    return this.#bytes;
  }
}

/** A name that the kernel takes: letters, digits and underscores. */
export function functionName(name: string): string {
  return `${/^[0-9]/.test(name) ? "_" : ""}${name.replace(/[^A-Za-z0-9_]/g, "_")}`
    .slice(0, MAX_NAME);
}

function header(typeSize: number, stringSize: number): number[] {
  return [VERSION << 16 | MAGIC, HEADER_SIZE, 0, typeSize, typeSize, stringSize];
}

/**
 * Types for functions that take the context and return a number; functions are static, so that the
 * kernel checks each where it is called and asks no more of its type.
 *
 * @param kind Kind of the chain.
 * @param functions Names, in the order of their ids from {@link FIRST_FUNCTION}.
 */
export function chainBtf(kind: ChainKind, functions: readonly string[]): Uint8Array<ArrayBuffer> {
  const strings = new Strings();
  const info = (of: number, count = 0) => of << 24 | count;
  const types = [
    [strings.add("int"), info(Kind.INT), 4, SIGNED_INT],
    [strings.add(CONTEXT[kind]), info(Kind.FWD), 0],
    [0, info(Kind.PTR), TypeId.CONTEXT],
    [0, info(Kind.FUNC_PROTO, 1), TypeId.INT, strings.add("ctx"), TypeId.POINTER],
    ...functions.map((name) =>
      [strings.add(functionName(name)), info(Kind.FUNC), TypeId.PROTOTYPE] as const
    ),
  ].flat();
  const words = Uint32Array.from([...header(types.length * 4, strings.bytes.length), ...types]);
  const bytes = new Uint8Array(words.byteLength + strings.bytes.length);
  bytes.set(new Uint8Array(words.buffer));
  bytes.set(strings.bytes, words.byteLength);
  return bytes;
}
