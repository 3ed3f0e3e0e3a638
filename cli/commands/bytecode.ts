/**
 * Commands on object files, as data. None of them touches a kernel.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { DATA_DIRECTORY, OUTPUT, TABLE_OUTPUT, WIDE } from "../options.ts";
import { PULL_POLICY, REGISTRY_AUTH } from "./image_options.ts";
import { runLater } from "./run_later.ts";

/** Object to look at. */
export const OBJECT_FILE: PositionalSpec<"text"> = {
  name: "FILE|IMAGE",
  type: "text",
  summary: "Object file that clang made, or bytecode image: REGISTRY/NAME:TAG or oci:PATH",
};

/** How an image is found that is named in place of a file. */
export const OBJECT_OPTIONS = [PULL_POLICY, REGISTRY_AUTH, DATA_DIRECTORY] as const;

/** Object, or a file of BTF. */
export const BTF_FILE: PositionalSpec<"text"> = {
  name: "FILE",
  type: "text",
  summary: "Object file, kernel module, or a file of BTF such as /sys/kernel/btf/vmlinux",
};

/** One program of an object. */
export const PROGRAM_NAME: PositionalSpec<"text"> = {
  name: "PROGRAM",
  type: "text",
  summary: "Only these functions",
  repeat: true,
  isOptional: true,
};

/** One type of BTF. */
export const TYPE_NAME: PositionalSpec<"text"> = {
  name: "TYPE",
  type: "text",
  summary: "Name or number of a type; in C with the places of its members",
  isOptional: true,
};

/** Form of types. */
export const BTF_FORMAT: OptionSpec<"btfFormat"> = {
  name: "format",
  short: "f",
  type: "btfFormat",
  placeholder: "FORMAT",
  summary: "raw: one record a type, by number; c: a header",
  defaultText: "raw",
};

/** BTF that split BTF builds upon. */
export const BASE_BTF: OptionSpec<"text"> = {
  name: "base",
  short: "B",
  type: "text",
  placeholder: "FILE",
  summary: "The kernel's BTF, when FILE is that of a module",
};

/** BTF of a kernel. */
export const TARGET_BTF: OptionSpec<"text"> = {
  name: "btf",
  type: "text",
  placeholder: "TARGET",
  summary: "BTF of the kernel: a file of BTF, or a vmlinux with a .BTF section",
  isRequired: true,
};

/** File to write. */
export const OUTPUT_FILE: OptionSpec<"text"> = {
  name: "output",
  short: "o",
  type: "text",
  placeholder: "OUT",
  summary: "File to write; an existing file is replaced as a whole",
  isRequired: true,
};

/** Language of generated types. */
export const LANGUAGE: OptionSpec<"language"> = {
  name: "lang",
  type: "language",
  placeholder: "LANGUAGE",
  summary: "ts: TypeScript with codecs; c: a header",
  defaultText: "ts",
};

/** Structs that programs send. */
export const EVENT: OptionSpec<"text"> = {
  name: "event",
  type: "text",
  placeholder: "STRUCT",
  summary: "Struct that programs send through a ring buffer; may be repeated",
  repeat: true,
  isCommaList: true,
};

const INSPECT: CommandSpec = {
  id: "inspect",
  paths: ["inspect", "bytecode inspect"],
  group: "Bytecode",
  summary: "Show what an object file or a bytecode image holds",
  description: "Shows programs, maps, global variables with their values, what is expected of " +
    "the kernel, licence, BTF and CO-RE. Nothing is loaded; no privilege is needed.",
  examples: [
    { comment: "Look at an object", command: "bpfman inspect counter.bpf.o" },
    { comment: "The same for programs", command: "bpfman inspect counter.bpf.o -o json" },
    { comment: "Look into an image", command: "bpfman inspect quay.io/net/counter:v1" },
  ],
  positionals: [OBJECT_FILE],
  options: [TABLE_OUTPUT, WIDE, ...OBJECT_OPTIONS],
  permissions: "inspect",
  load: runLater("../run/inspect.ts"),
};

const VALIDATE: CommandSpec = {
  id: "validate",
  paths: ["validate", "bytecode validate"],
  group: "Bytecode",
  summary: "Check the structure of an object file",
  description: "Checks ELF, BTF, BTF.ext and instructions, and says what is wrong, where, and " +
    "what to do. Exit code 1 when there is an error; warnings and notes are no failure.",
  examples: [
    { comment: "Check an object", command: "bpfman validate counter.bpf.o" },
    { comment: "The findings for programs", command: "bpfman validate counter.bpf.o -o json" },
  ],
  positionals: [OBJECT_FILE],
  options: [OUTPUT, ...OBJECT_OPTIONS],
  permissions: "inspect",
  load: runLater("../run/validate.ts"),
};

const DISASM: CommandSpec = {
  id: "disasm",
  paths: ["disasm", "bytecode disasm"],
  group: "Bytecode",
  summary: "Disassemble an object file",
  description: "Shows the instructions of each function with source lines, helpers, maps and " +
    "what CO-RE adapts.",
  examples: [
    { comment: "All functions", command: "bpfman disasm counter.bpf.o" },
    { comment: "One program", command: "bpfman disasm counter.bpf.o xdp_counter" },
  ],
  positionals: [OBJECT_FILE, PROGRAM_NAME],
  options: [OUTPUT, ...OBJECT_OPTIONS],
  permissions: "inspect",
  load: runLater("../run/disasm.ts"),
};

const BTF_DUMP: CommandSpec = {
  id: "btf-dump",
  paths: ["btf dump"],
  group: "Bytecode",
  summary: "Show the types of an object or a kernel",
  description: "Shows BTF as records or as a C header: of all types, or of those with one name.",
  examples: [
    { comment: "Types of an object", command: "bpfman btf dump counter.bpf.o" },
    {
      comment: "One struct of the running kernel in C, with the places of its members",
      command: "bpfman btf dump /sys/kernel/btf/vmlinux task_struct --format c",
    },
  ],
  positionals: [BTF_FILE, TYPE_NAME],
  options: [BTF_FORMAT, BASE_BTF],
  permissions: "inspect",
  load: runLater("../run/btf_dump.ts"),
};

const BTF_MIN: CommandSpec = {
  id: "btf-min",
  paths: ["btf min"],
  group: "Bytecode",
  summary: "Cut a kernel's BTF to what an object needs",
  description: "Writes the few types of a kernel that the object's CO-RE relocations need, for " +
    "kernels that have no BTF of their own: some kilobytes instead of megabytes.",
  examples: [{
    comment: "For one kernel",
    command: "bpfman btf min counter.bpf.o --btf vmlinux-5.4.btf -o 5.4.btf",
  }],
  positionals: [OBJECT_FILE],
  options: [TARGET_BTF, OUTPUT_FILE, ...OBJECT_OPTIONS],
  permissions: "btf-min",
  load: runLater("../run/btf_min.ts"),
};

const TYPES: CommandSpec = {
  id: "types",
  paths: ["types", "bytecode types"],
  group: "Bytecode",
  summary: "Generate types and codecs for an object's data",
  description: "Writes a TypeScript module with a type and a codec for each map key and value, " +
    "ring-buffer event and global variable, byte for byte as the programs have them; or a C " +
    "header of the object's types.",
  examples: [
    { comment: "A TypeScript module", command: "bpfman types counter.bpf.o" },
    { comment: "With an event", command: "bpfman types trace.bpf.o --event exec_event" },
    { comment: "A C header", command: "bpfman types counter.bpf.o --lang c" },
  ],
  positionals: [OBJECT_FILE],
  options: [LANGUAGE, EVENT, ...OBJECT_OPTIONS],
  permissions: "inspect",
  load: runLater("../run/types.ts"),
};

/** Commands on object files. */
export const BYTECODE_COMMANDS: readonly CommandSpec[] = [
  INSPECT,
  VALIDATE,
  DISASM,
  BTF_DUMP,
  BTF_MIN,
  TYPES,
];
