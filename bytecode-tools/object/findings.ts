/**
 * Findings of a validation: what is wrong or odd, where, and what to do.
 *
 * @module
 */

/** How bad a finding is: an error stops every load, a warning may, a note is for information. */
export type Severity = "error" | "warning" | "note";

/** Where a finding is. */
export interface FindingPlace {
  /** Name of the section; undefined when the place is in none. */
  readonly section: string | undefined;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** `file:line:column` in the source, when the object tells. */
  readonly source?: string;
}

/** One finding. */
export interface Finding {
  /** Stable name of the rule, such as `btf-cycle`. */
  readonly rule: string;
  /** How bad it is. */
  readonly severity: Severity;
  /** Where it is. */
  readonly where: FindingPlace;
  /** What is wrong, and what was wanted. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
}

const RECOMPILE = "Compile the source again with clang -g -O2 -target bpf, and change the file " +
  "with no other tool than llvm-strip -g or bpftool gen object afterwards";

/** What to do, by the beginning of the rule's name; the first that fits is taken. */
const ADVICE: readonly (readonly [prefix: string, advice: string])[] = [
  ["empty", "Name a compiled BPF object"],
  ["not-elf", "Name a compiled BPF object: source files must be compiled first"],
  ["not-bpf", "Compile the source with clang -target bpf"],
  ["not-relocatable", "Name the object that the compiler wrote, not a linked file"],
  ["too-large", "Leave debugging information out (llvm-strip -g) or make the data smaller"],
  ["truncated", "Get the file again: it was not copied completely"],
  ["elf-compressed", "Compile without -gz"],
  ["elf-zeroes", "Make the zero-filled variables smaller, or use maps for them"],
  ["rel-addends", "Compile with clang or GCC for BPF: other targets write such relocations"],
  ["core-relocation", RECOMPILE],
  ["map-definition", "Declare maps as libbpf wants them: __uint(type, …), __type(key, …)"],
  ["insn-falls-through", "Let every function return; calls that never return hide missing ones"],
  ["legacy-maps", 'Declare the maps in SEC(".maps") with BTF: libbpf 1.0 dropped the old form'],
  ["static-program", "Remove the keyword static from programs; it belongs to subprograms only"],
  ["no-license", 'Add char LICENSE[] SEC("license") = "GPL" (or your licence) to the source'],
  ["gpl-only-helper", "Use another helper, or license the program compatibly with the GPL"],
  ["no-programs", "Mark the functions to load with SEC(…)"],
  ["no-btf", "Compile with -g: BTF gives types to maps and globals and adapts to the kernel"],
  ["unknown-section", "Give the program's type when loading it"],
  ["debug-info", "Strip it (llvm-strip -g): loaders do not read it and images need not carry it"],
  ["maps-without-btf", "Compile with -g: maps are declared in BTF"],
  ["elf-", RECOMPILE],
  ["rel-", RECOMPILE],
  ["btf-", RECOMPILE],
  ["insn-", RECOMPILE],
];

/** What to do about a rule's findings. */
export function adviceFor(rule: string): string {
  return ADVICE.find(([prefix]) => rule.startsWith(prefix))?.[1] ?? RECOMPILE;
}

/** A finding as two lines of text. */
export function findingText(finding: Finding): string {
  const { rule, severity, where, message, advice } = finding;
  const section = where.section === undefined ? "" : ` in "${where.section}"`;
  const source = where.source === undefined ? "" : `, ${where.source}`;
  return `${severity}: ${message} (${rule}; at byte ${where.offset}${section}${source})\n` +
    `  ${advice}`;
}
