/**
 * New values of global variables from what a user wrote. There are two ways to write one: as a value
 * of the variable's type (`100`, `10.0.0.0/8`, a constant's name, `[1, 2]`), and as the bytes of
 * memory in hex, which is bpfman's way. Which is meant:
 *
 * - `hex:0a0b` is bytes, `value:10` is a value, always;
 * - `0x` and exactly two digits for each byte is bytes, first byte first, as in bpfman;
 * - anything else is read both ways. When both make sense and differ, it is refused.
 *
 * @module
 */
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import { type GatedObject, gateObject } from "../../bytecode-tools/object/gate.ts";
import { globalBytes } from "../../bytecode-tools/values/globals.ts";
import type { ObjectGlobal } from "../../bytecode-tools/object/object.ts";
import type { GlobalPatch } from "../../ffi/mod.ts";
import { BpfmanError, ErrorKind, usageError } from "../errors.ts";
import { nearest } from "../suggest.ts";

/** Raw bytes, or text to be read. */
export type GlobalValue = Uint8Array | string;

/** The object whose variables are set. */
export interface GlobalSource {
  readonly bytes: Uint8Array;
  readonly globals: readonly ObjectGlobal[];
}

function unknown(globals: readonly ObjectGlobal[], name: string): BpfmanError {
  const names = globals.map((candidate) => candidate.name);
  const [near] = nearest(name, names);
  return new BpfmanError(
    `Global variable "${name}" not found in program; available: [${names.join(" ")}]`,
    {
      code: "global-unknown",
      kind: ErrorKind.NOT_FOUND,
      ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
    },
  );
}

function wrongSize(global: ObjectGlobal, value: Uint8Array): BpfmanError {
  return usageError(
    `Cannot set global variable "${global.name}": it has ${global.size} byte(s), the value has ` +
      `${value.length}`,
    `Give ${global.size * 2} hex digits in the byte order of the target`,
  );
}

/** Bytes in hex of exactly the variable's size; null for any other text. */
function asBytes(text: string, size: number): Uint8Array | null {
  const isHex = /^(0[xX])?([0-9a-fA-F]{2})+$/.test(text);
  const digits = text.replace(/^0[xX]/, "");
  return isHex && digits.length === size * 2 ? Uint8Array.fromHex(digits) : null;
}

type Reading = { readonly bytes: Uint8Array } | { readonly why: string };

/** Reads the object's types at the first question. */
class TypedReader {
  readonly #bytes: Uint8Array;
  #object: GatedObject | string | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(name: string, text: string): Reading {
    this.#object ??= this.#open();
    if (typeof this.#object === "string") return { why: this.#object };
    try {
      return { bytes: globalBytes(this.#object, name, text) };
    } catch (error) {
      if (!(error instanceof BytecodeError)) throw error;
      return { why: error.message };
    }
  }

  #open(): GatedObject | string {
    try {
      return gateObject(this.#bytes);
    } catch (error) {
      if (!(error instanceof BytecodeError)) throw error;
      return `The types of the object are not readable: ${error.message}`;
    }
  }
}

function ambiguous(name: string, text: string, readings: readonly [Uint8Array, Uint8Array]) {
  const [value, bytes] = readings.map((reading) => reading.toHex());
  return usageError(
    `Cannot set global variable "${name}": "${text}" is the value with the bytes ${value}, or the ` +
      `bytes ${bytes} themselves`,
    `Write value:${text} for the value, or hex:${text} for the bytes`,
  );
}

function readText(global: ObjectGlobal, text: string, typed: TypedReader): Uint8Array {
  const forced = /^value:([^]*)$/.exec(text)?.[1];
  if (forced === undefined && text.startsWith("hex:") === false) {
    const bytes = asBytes(text, global.size);
    if (bytes !== null && /^0x/i.test(text)) return bytes;
    const reading = typed.read(global.name, text);
    if ("why" in reading) {
      if (bytes !== null) return bytes;
      throw usageError(reading.why, "See docs/program-types.md for how values are written");
    }
    if (bytes === null || bytes.toHex() === reading.bytes.toHex()) return reading.bytes;
    throw ambiguous(global.name, text, [reading.bytes, bytes]);
  }
  const reading = typed.read(global.name, forced ?? text);
  if ("bytes" in reading) return reading.bytes;
  throw usageError(reading.why);
}

/**
 * Turns new values into bytes at their places.
 *
 * @param source The object.
 * @param values New values by name.
 * @returns Patches, and the bytes of each variable as they were understood.
 * @throws {BpfmanError} For a variable that is not there, or a value that does not fit it.
 */
export function planGlobals(
  source: GlobalSource,
  values: Readonly<Record<string, GlobalValue>>,
): { readonly patches: GlobalPatch[]; readonly bytes: Record<string, Uint8Array> } {
  const typed = new TypedReader(source.bytes);
  const patches: GlobalPatch[] = [];
  const bytes: Record<string, Uint8Array> = {};
  for (const [name, given] of Object.entries(values)) {
    const global = source.globals.find((candidate) => candidate.name === name);
    if (global === undefined) throw unknown(source.globals, name);
    const value = typeof given === "string" ? readText(global, given, typed) : given;
    if (value.length !== global.size) throw wrongSize(global, value);
    patches.push({ section: global.section, offset: global.offset, value });
    bytes[name] = value;
  }
  return { patches, bytes };
}
