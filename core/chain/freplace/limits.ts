/**
 * Which programs can become extensions: the kernel compares their function with the one whose place
 * they take, type by type.
 *
 * @module
 */
// file by file: whatever else the tools can do would make every attach slower
import { type Btf, readBtf } from "../../../bytecode-tools/btf/btf.ts";
import { BtfKind } from "../../../bytecode-tools/btf/kinds.ts";
import { readElf } from "../../../bytecode-tools/elf/elf.ts";
import { sectionBytes, sectionNamed } from "../../../bytecode-tools/elf/gate.ts";
import type { ChainHook } from "../model.ts";
import { SLOTS } from "./configuration.ts";

/** What a slot's function takes, by kind of the chain. */
const CONTEXTS: Readonly<Record<ChainHook["kind"], string>> = { xdp: "xdp_md", tc: "__sk_buff" };

/** The word of a prototype's record that has the type of its result. */
const RETURN_TYPE = 2;

/** A program that is to be an extension. */
export interface Candidate {
  /** C function name. */
  readonly name: string;
  /** Its object file. */
  readonly bytes: Uint8Array;
}

/** Says why a chain of this length is too long; nothing when it is not. */
export function tooMany(count: number): string[] {
  if (count <= SLOTS) return [];
  return [`its dispatcher has ${SLOTS} slots, and this chain has ${count} programs`];
}

function isContext(btf: Btf, type: number, kind: ChainHook["kind"]): boolean {
  const pointer = btf.resolve(type);
  if (btf.kind(pointer) !== BtfKind.PTR) return false;
  const target = btf.resolve(btf.ref(pointer));
  return btf.kind(target) === BtfKind.STRUCT && btf.name(target) === CONTEXTS[kind];
}

/**
 * Says why a program cannot take a slot's place; nothing when it can.
 *
 * @param candidate The program.
 * @param kind Kind of the chain.
 */
export function unfit({ name, bytes }: Candidate, kind: ChainHook["kind"]): string[] {
  const file = readElf(bytes);
  const section = sectionNamed(file, ".BTF");
  if (section === undefined) {
    return [`the object of "${name}" has no type information: it was compiled without -g`];
  }
  // libbpf checks these bytes as well
  const btf = readBtf(sectionBytes(file, section), { isTrusted: true });
  const found = btf.find(name, BtfKind.FUNC);
  if (found === 0) return [`the object has no type information for "${name}"`];
  const prototype = btf.ref(found);
  if (btf.kind(btf.resolve(btf.word(prototype, RETURN_TYPE))) !== BtfKind.INT) {
    return [`"${name}" returns no integer, as a slot's function must`];
  }
  const [context, ...others] = btf.parameters(prototype);
  if (context === undefined || others.length > 0 || !isContext(btf, context.type, kind)) {
    return [
      `"${name}" does not take "struct ${CONTEXTS[kind]} *" alone, as a slot's function must`,
    ];
  }
  return [];
}
