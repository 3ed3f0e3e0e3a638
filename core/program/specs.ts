/**
 * Programs of an object in the words of a load request.
 *
 * @module
 */
import type { ObjectProgram } from "../../bytecode-tools/object/object.ts";
import { familyOfSection, PROGRAM_KINDS } from "./kinds.ts";
import type { ProgramType } from "../types.ts";

/** Types that a section may name by its own first word, within their family. */
const BY_WORD: readonly ProgramType[] = [
  ...["tcx", "netkit", "kprobe", "kretprobe", "uprobe", "uretprobe"] as const,
];

function isProgramType(word: string): word is ProgramType {
  return Object.hasOwn(PROGRAM_KINDS, word);
}

/**
 * A program as `--programs` takes it, such as `xdp:count` or `fentry:trace:vfs_unlink`.
 *
 * @param program Name and section.
 * @returns With a word in capitals where the section leaves something open.
 */
export function programSpec({ name, section }: ObjectProgram): string {
  const [word = "", ...rest] = section.replace(/^\?/, "").split("/");
  const family = familyOfSection(section) ?? "";
  const type = BY_WORD.find((type) => type === word.replace(/\..*$/, "")) ?? family;
  if (!isProgramType(type)) return `TYPE:${name}`;
  if (!PROGRAM_KINDS[type].hasTarget) return `${type}:${name}`;
  return `${type}:${name}:${rest.join("/") || "FUNCTION"}`;
}
