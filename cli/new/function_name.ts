/**
 * The C function of a new project: it has the project's name, unless something else has it already.
 *
 * @module
 */
import type { ProjectKind } from "./name.ts";

/** Words that no function may have: C's own, macros of libbpf's headers, and what means something. */
const TAKEN: readonly string[] = `
  alignas alignof asm auto bool break case char const constexpr continue default do double else enum
  extern false float for goto if inline int long nullptr register restrict return short signed sizeof
  static static_assert struct switch thread_local true typedef typeof typeof_unqual union unsigned
  void volatile while
  barrier barrier_var container_of likely offsetof unlikely
  bpf license linux main maps unix version
`.split(/\s+/);

/**
 * Name of the function.
 *
 * @param kind What the program hooks into.
 * @param name Name of the project.
 * @param template The source that the function stands in.
 */
export function functionName(kind: ProjectKind, name: string, template: string): string {
  const plain = name.replaceAll("-", "_");
  const isTaken = plain === kind || plain.startsWith("bpf_") || TAKEN.includes(plain) ||
    new RegExp(`\\b${plain}\\b`).test(template.replaceAll(/\/\/.*/g, ""));
  return isTaken ? `${plain}_program` : plain;
}
