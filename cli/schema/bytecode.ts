/**
 * Objects and kernels in JSON.
 *
 * @module
 */
import {
  any,
  boolean,
  type Infer,
  integer,
  list,
  named,
  NULL,
  object,
  orNull,
  record,
  text,
  word,
} from "./shape.ts";

const FILE = text("The object: a path, or the name of an image");
const PLACE_IN_SOURCE = orNull(text("FILE:LINE:COLUMN in the source"));

const CHANGE = object({
  property: text("What differs, such as instructions"),
  before: text("Its value in the first object, empty when it has none"),
  after: text("Its value in the second object, empty when it has none"),
}, "A property that differs");

const DIFF_PART = named("DiffPart", {
  added: list(text("Name"), "What only the second object has"),
  removed: list(text("Name"), "What only the first object has"),
  changed: list(
    object({ name: text("Name"), changes: list(CHANGE, "What differs") }, "What both have"),
    "What both objects have, and that differs",
  ),
}, "What differs among the things of one kind");

/** What differs between two objects. */
export const DIFF_FIELDS = {
  object: list(CHANGE, "Of the object as a whole"),
  programs: DIFF_PART,
  maps: DIFF_PART,
  globals: DIFF_PART,
  types: DIFF_PART,
  verdicts: DIFF_PART,
};

/** Answer of `diff`. */
export const OBJECT_DIFF = object(
  { before: FILE, after: FILE, ...DIFF_FIELDS },
  "What differs between two objects",
);

const INSPECTED_PROGRAM = named("InspectedProgram", {
  name: text("C function name"),
  section: text("ELF section"),
  type: orNull(text("Type in the kernel's words, null when the section does not tell it")),
  attach_type: orNull(text("Expected attach type")),
  attach_target: orNull(text("What the section names behind the type")),
  sleepable: boolean("True for programs that may sleep"),
  fragments: boolean("True for XDP programs that take packets in fragments"),
  autoload: boolean("False for programs that are loaded only when they are asked for"),
  instructions: integer("Instructions, with those of the functions that it calls"),
  helpers: list(text("Helper"), "Helpers that it calls"),
  gpl_only_helpers: list(text("Helper"), "Those that need a licence compatible with the GPL"),
  kfuncs: list(text("Kernel function"), "Kernel functions that are called by name"),
  subprograms: list(text("Function"), "Other functions of the object that it calls"),
  maps: list(text("Map"), "Maps that it uses"),
  core_relocations: integer("CO-RE relocations"),
  source: PLACE_IN_SOURCE,
}, "A program of an object");

const MAP_FIELDS = {
  name: text("Name"),
  type: text("Type in the kernel's words"),
  key_size: integer("Bytes of a key"),
  value_size: integer("Bytes of a value"),
  max_entries: integer("Most entries, 0 where the loader sets the number"),
  flags: integer("Flags as the kernel numbers them"),
  pinned_by_name: boolean("True when libbpf pins it by its name"),
};

const INNER_MAP = named(
  "InspectedInnerMap",
  { ...MAP_FIELDS, inner: NULL },
  "Template of the maps inside a map of maps",
);

const INSPECTED_MAP = named(
  "InspectedMap",
  { ...MAP_FIELDS, inner: orNull(INNER_MAP) },
  "A map that an object declares",
);

const GLOBAL = named("InspectedGlobal", {
  name: text("Name"),
  section: text("ELF section"),
  offset: integer("Bytes from the start of the section"),
  size: integer("Number of bytes"),
  type: orNull(text("Type in C, null without BTF")),
  declaration: orNull(text("Declaration in C, null without BTF")),
  constant: boolean("True when programs may not write it"),
  value: any("Value as its type says; integers that are too wide as text; null when unknown"),
  bytes: orNull(text("Value in hex, null when it has more than 64 bytes")),
}, "A global variable");

const EXTERN = object({
  name: text("Name"),
  kind: word(["kconfig", "function", "variable"], "What it is"),
  weak: boolean("True when the object works without it"),
}, "What the object expects of the kernel");

/** Answer of `inspect`. */
export const INSPECTION = object({
  file: FILE,
  size: integer("Bytes of the object"),
  architecture: word(["bpf"], "Processor of the object"),
  endianness: word(["little", "big"], "Byte order"),
  registers: orNull(word(["x86_64", "arm64"], "Processor whose registers the source reads")),
  license: text("Licence, empty when it states none"),
  gpl_compatible: boolean("True when helpers for GPL-compatible programs may be called"),
  btf_types: orNull(integer("Types in the BTF, null without BTF")),
  core: object({
    relocations: integer("Number of relocations"),
    kinds: record(integer("Number"), "Number of relocations by kind"),
  }, "How CO-RE adapts the object"),
  debug_size: integer("Bytes of DWARF, which loaders do not read"),
  libbpf: object({
    version: text("Version of the libbpf that judged"),
    refusal: orNull(text("Why it refuses the object, null when it does not")),
  }, "What libbpf says"),
  programs: list(INSPECTED_PROGRAM, "Programs, in the order of the file"),
  maps: list(INSPECTED_MAP, "Maps that it declares"),
  globals: list(GLOBAL, "Global variables"),
  externs: list(EXTERN, "What it expects of the kernel"),
}, "An object");

/** Answer of `validate`. */
export const VALIDATION = object({
  file: FILE,
  valid: boolean("True when there is no error"),
  findings: list(
    object({
      rule: text("Stable name of the rule"),
      severity: word(["error", "warning", "note"], "How bad it is"),
      section: orNull(text("ELF section, null when the place is in none")),
      offset: integer("Bytes from the start of the file"),
      source: PLACE_IN_SOURCE,
      message: text("What was found"),
      advice: text("What to do about it"),
    }, "A finding"),
    "Findings, errors first",
  ),
}, "Findings of the strict checks");

const SOURCE_LINE = object({
  file: text("Name of the file"),
  line: integer("Line, from 1"),
  column: integer("Column, from 1; 0 when unknown"),
  text: text("The line without indentation"),
}, "The source line that begins here, null for none");

/** Answer of `disasm`. */
export const DISASSEMBLY = object({
  file: FILE,
  functions: list(
    object({
      name: text("C function name"),
      section: text("ELF section"),
      instructions: list(
        object({
          index: integer("Slot in the function"),
          offset: integer("Bytes from the start of the section"),
          text: text("The instruction in the language of LLVM's assembler"),
          note: orNull(text("What it refers to")),
          core: orNull(text("What CO-RE adapts it to")),
          source: orNull(SOURCE_LINE),
        }, "An instruction"),
        "Instructions in their order",
      ),
    }, "A function"),
    "Functions",
  ),
}, "Instructions of an object");

const ANSWERS = ["loads", "rejected", "depends", "beyond"] as const;

/** Answer of `check`. */
export const VERDICTS = object({
  file: FILE,
  answer: word(ANSWERS, "The worst answer of all programs and kernels"),
  kernels: list(
    object({
      kernel: text("Name of the kernel"),
      programs: list(
        object({
          name: text("C function name"),
          section: text("ELF section"),
          answer: word(ANSWERS, "Whether it loads"),
          reasons: list(
            object({
              answer: word(["rejected", "depends", "beyond"], "What follows from the reason"),
              code: text("Stable name of the reason"),
              text: text("The reason in words"),
              instruction: orNull(integer("Slot in the linked program")),
              source: PLACE_IN_SOURCE,
            }, "A reason"),
            "Why it does not simply load",
          ),
          remarks: list(text("Remark"), "What does not hinder loading"),
          absent_optional: integer("Relocations that cannot be satisfied and cannot be reached"),
        }, "Verdict on a program"),
        "One for each program",
      ),
    }, "Verdicts for a kernel"),
    "One for each kernel",
  ),
}, "Whether an object loads on kernels");

/** Answer of `kernel list`. */
export const KERNELS = object({
  kernels: list(
    object({
      name: text("Name of the kernel"),
      release: text("Release, empty when unknown"),
      modules: orNull(integer("Number of modules with BTF, null when unknown")),
      has_config: boolean("True when its configuration is known"),
      has_symbols: boolean("True when its symbols are known"),
      size: integer("Bytes on the disk"),
    }, "A kernel"),
    "Kernels by name",
  ),
}, "Kernels whose facts are kept");

/** A program of an object. */
export type InspectedProgramJson = Infer<typeof INSPECTED_PROGRAM>;
/** Template of inner maps. */
export type InspectedInnerMapJson = Infer<typeof INNER_MAP>;
/** A map of an object. */
export type InspectedMapJson = Infer<typeof INSPECTED_MAP>;
/** A global variable. */
export type InspectedGlobalJson = Infer<typeof GLOBAL>;
/** What an object expects of the kernel. */
export type ExternJson = Infer<typeof EXTERN>;
/** An object. */
export type InspectionJson = Infer<typeof INSPECTION>;
/** Findings. */
export type ValidationJson = Infer<typeof VALIDATION>;
/** Verdicts. */
export type VerdictsJson = Infer<typeof VERDICTS>;
/** Kernels. */
export type KernelsJson = Infer<typeof KERNELS>;
/** A function that was disassembled. */
export type DisassemblyJson = Infer<typeof DISASSEMBLY>;
