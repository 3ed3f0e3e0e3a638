/**
 * What an object would do, read from its bytes.
 *
 * @module
 */
import { BytecodeError } from "../../bytecode-tools/errors.ts";
import { type GatedObject, gateObject } from "../../bytecode-tools/object/gate.ts";
import { type ObjectMap, readMaps } from "../../bytecode-tools/object/maps.ts";
import { type ProgramUsage, programUsage } from "../../bytecode-tools/object/usage.ts";
import { afterColon, BpfmanError, ErrorKind } from "../errors.ts";
import type { HelperClass, ObjectFacts } from "../policy/types.ts";
import type { ProgramRequest } from "../types.ts";
import { helperClass } from "./helper_classes.ts";

/** Classes in the order of what they can do. */
const ORDER: readonly HelperClass[] = [
  "observe",
  "change-packet",
  "override-return",
  "write-user-memory",
];

/** Kernel functions that change what a packet holds. */
const PACKET_KFUNC = /^bpf_(dynptr_(slice_rdwr|write|copy|memset)|skb_set|xdp_store|ct_|xfrm)/;

/** What a function of the kernel that is no helper can do, as far as its name tells. */
function kfuncClass(name: string): HelperClass {
  return PACKET_KFUNC.test(name) ? "change-packet" : "observe";
}

function classesOf(usages: readonly ProgramUsage[]): HelperClass[] {
  const found = new Set(usages.flatMap(({ helpers, kfuncs }) => [
    ...helpers.map(helperClass),
    ...kfuncs.map(kfuncClass),
  ]));
  return ORDER.filter((one) => found.has(one));
}

/** Bytes of keys and values; of maps in maps, one inner map for each entry. */
function bytesOf({ keySize, valueSize, maxEntries, inner }: ObjectMap): number {
  return maxEntries * (keySize + valueSize + (inner === undefined ? 0 : bytesOf(inner)));
}

function gate(name: string, bytes: Uint8Array): GatedObject {
  try {
    return gateObject(bytes);
  } catch (cause) {
    if (!(cause instanceof BytecodeError)) throw cause;
    throw new BpfmanError(`Cannot load "${name}": ${afterColon(cause.message)}`, {
      code: `object-${cause.code}`,
      kind: ErrorKind.OTHER,
    });
  }
}

const GLOBAL_SECTION = /^\.(rodata|data|bss|kconfig)(\.|$)/;

/** Bytes of the maps that global variables become. */
function globalBytes({ file }: GatedObject): number {
  return file.sections.filter(({ name }) => GLOBAL_SECTION.test(name))
    .reduce((sum, { size }) => sum + size, 0);
}

/** A program that is named and not there: nothing is known of what it would do. */
function absent(name: string, wanted: string): BpfmanError {
  return new BpfmanError(`Program(s) not found in object file "${name}": [${wanted}]`, {
    code: "program-name-unknown",
    kind: ErrorKind.NOT_FOUND,
  });
}

/**
 * Reads the facts that policies are about.
 *
 * @param name What messages call the object.
 * @param bytes The whole object.
 * @param programs The programs that are to be loaded.
 * @throws {BpfmanError} When the object has a broken structure, or lacks a program.
 */
export function objectFacts(
  name: string,
  bytes: Uint8Array,
  programs: readonly ProgramRequest[],
): ObjectFacts {
  const object = gate(name, bytes);
  const usages = programUsage(object);
  return {
    programs: programs.map((wanted) => {
      // where two functions share the name, what either does counts
      const mine = usages.filter((usage) => usage.name === wanted.name);
      if (mine.length === 0) throw absent(name, wanted.name);
      return { name: wanted.name, type: wanted.type, helpers: classesOf(mine) };
    }),
    mapBytes: readMaps(object).reduce((sum, map) => sum + bytesOf(map), 0) + globalBytes(object),
  };
}
