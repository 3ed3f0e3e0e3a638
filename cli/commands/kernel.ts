/**
 * Commands about kernels to check against, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { DATA_DIRECTORY, LIST_OUTPUT, OUTPUT, WIDE } from "../options.ts";
import { OBJECT_FILE, OBJECT_OPTIONS } from "./bytecode.ts";
import { GLOBAL } from "./load.ts";
import { runLater } from "./run_later.ts";

/** Stored kernels to check against. */
export const KERNEL_NAMES: OptionSpec<"text"> = {
  name: "kernel",
  short: "k",
  type: "text",
  placeholder: "NAME",
  completes: { source: "kernels", words: ["all"] },
  summary: 'Stored kernel, see "kernel list"; "all" for every one; comma list, may be repeated',
  repeat: true,
  isCommaList: true,
};

/** Files of facts to check against. */
export const FACTS_FILES: OptionSpec<"text"> = {
  name: "facts",
  type: "text",
  placeholder: "FILE",
  summary: 'File of facts, from "kernel snapshot -o"; may be repeated',
  repeat: true,
};

/** Files of BTF to check against. */
export const BTF_FILES: OptionSpec<"text"> = {
  name: "btf",
  type: "text",
  placeholder: "FILE",
  summary: "BTF of a kernel, its vmlinux or vmlinuz; may be repeated",
  repeat: true,
};

/** Programs to check. */
export const CHECKED_PROGRAMS: OptionSpec<"text"> = {
  name: "programs",
  type: "text",
  placeholder: "NAME",
  completes: { source: "objectPrograms" },
  summary: "Only these programs; comma list, may be repeated",
  repeat: true,
  isCommaList: true,
};

/** Also unclear answers are failures. */
export const STRICT: OptionSpec<"switch"> = {
  name: "strict",
  type: "switch",
  summary: "Fail also when an answer depends on something or is unclear",
};

/** Format of a report. */
const REPORT_FORMAT: OptionSpec<"reportFormat"> = {
  name: "format",
  short: "o",
  type: "reportFormat",
  placeholder: "FORMAT",
  summary: "Format of the report: text, json, yaml, markdown or jsonpath=EXPR",
  defaultText: "text",
};

/** Name for a kernel. */
export const KERNEL_NAME: OptionSpec<"text"> = {
  name: "name",
  type: "text",
  placeholder: "NAME",
  completes: {},
  summary: "Name for the kernel, in place of its release",
};

/** File to write facts to. */
export const FACTS_OUTPUT: OptionSpec<"text"> = {
  name: "output",
  short: "o",
  type: "text",
  placeholder: "FILE",
  summary: "Write the facts to this file instead of storing them",
};

/** File of a kernel. */
export const KERNEL_FILE: PositionalSpec<"text"> = {
  name: "FILE",
  type: "text",
  summary: "vmlinuz, vmlinux, file of BTF, Debian package or file of facts; or a module (.ko)",
};

/** Objects to compare. */
export const BEFORE_FILE: PositionalSpec<"text"> = {
  name: "BEFORE",
  type: "text",
  summary: "Object file or bytecode image",
};

/** The other one. */
export const AFTER_FILE: PositionalSpec<"text"> = {
  name: "AFTER",
  type: "text",
  summary: "Object file or bytecode image to compare with it",
};

const CHECK: CommandSpec = {
  id: "check",
  paths: ["check", "bytecode check"],
  group: "Bytecode",
  summary: "Tell whether an object loads on kernels that do not run here",
  description: "Answers for each program and kernel: loads; REJECTED, and why; depends on " +
    "something that is not known; or unclear, as only the verifier can tell. Exit code 1 when a " +
    "program is rejected. Global variables count with the values that are given.",
  examples: [
    { comment: "On two stored kernels", command: "bpfman check app.bpf.o --kernel 6.1,6.12" },
    {
      comment: "By nothing but the BTF of a kernel",
      command: "bpfman check app.bpf.o --btf /sys/kernel/btf/vmlinux",
    },
    {
      comment: "For a pull request, with a variable as it will be set",
      command: "bpfman check app.bpf.o --kernel all -g sampling=100 --format markdown",
    },
    {
      comment: "What an image holds, before it is rolled out",
      command: "bpfman check quay.io/net/counter:v1 --kernel all",
    },
  ],
  positionals: [OBJECT_FILE],
  options: [
    KERNEL_NAMES,
    FACTS_FILES,
    BTF_FILES,
    GLOBAL,
    CHECKED_PROGRAMS,
    STRICT,
    REPORT_FORMAT,
    ...OBJECT_OPTIONS,
  ],
  permissions: "check",
  load: runLater("../run/check.ts"),
};

function isFile(word: string): boolean {
  try {
    return Deno.statSync(word).isFile;
  } catch {
    return false;
  }
}

/** True when a word is a file or an image, and so no application. */
function namesObjects(path: string, args: readonly string[]): boolean | undefined {
  if (path !== "diff") return undefined;
  return args.some((word) => /\.(o|elf)$|^[^-].*[:@]/.test(word) || isFile(word));
}

const DIFF: CommandSpec = {
  id: "diff",
  paths: ["bytecode diff", "diff"],
  isMeant: namesObjects,
  group: "Bytecode",
  summary: "Show what differs between two objects",
  description: "Compares programs, helpers, maps, global variables and types, and, with " +
    "--kernel, the kernels on which programs load. Exit code 1 when they differ. The word " +
    "bytecode may be left out before files and images.",
  examples: [
    { comment: "Two versions", command: "bpfman bytecode diff old.bpf.o new.bpf.o" },
    {
      comment: "With the kernels that were gained and lost",
      command: "bpfman bytecode diff old.bpf.o new.bpf.o --kernel all",
    },
  ],
  positionals: [BEFORE_FILE, AFTER_FILE],
  options: [
    KERNEL_NAMES,
    FACTS_FILES,
    BTF_FILES,
    OUTPUT,
    ...OBJECT_OPTIONS,
  ],
  permissions: "check",
  load: runLater("../run/diff.ts"),
};

const SNAPSHOT: CommandSpec = {
  id: "kernel-snapshot",
  paths: ["kernel snapshot"],
  group: "Bytecode",
  summary: "Keep the facts of the kernel that runs",
  description: "Reads BTF of the kernel and its modules, configuration, symbols, tracepoints and " +
    "security modules, and stores them, or writes them to a file for other machines. What this " +
    "user may not read stays unknown: run it once as root.",
  examples: [
    { comment: "Store them here", command: "bpfman kernel snapshot" },
    { comment: "For another machine", command: "bpfman kernel snapshot -o node7.facts.gz" },
  ],
  positionals: [],
  options: [FACTS_OUTPUT, KERNEL_NAME, DATA_DIRECTORY],
  permissions: "kernel-snapshot",
  load: runLater("../run/kernel_snapshot.ts"),
};

const ADD: CommandSpec = {
  id: "kernel-add",
  paths: ["kernel add"],
  group: "Bytecode",
  summary: "Keep the facts of a kernel from its files",
  description: "Takes BTF, release, configuration and symbols out of a file and stores them. " +
    "Nothing is run and no privilege is needed. A module (.ko) is added to the kernel that " +
    "--name names.",
  examples: [
    { comment: "From an image", command: "bpfman kernel add /boot/vmlinuz-6.1.0-40-amd64" },
    { comment: "BTF alone", command: "bpfman kernel add el9.btf --name el9" },
    { comment: "A module", command: "bpfman kernel add veth.ko --name el9" },
  ],
  positionals: [KERNEL_FILE],
  options: [KERNEL_NAME, DATA_DIRECTORY],
  permissions: "kernel-add",
  load: runLater("../run/kernel_add.ts"),
};

const LIST: CommandSpec = {
  id: "kernel-list",
  paths: ["kernel list", "kernel"],
  group: "Bytecode",
  summary: "List the kernels that objects can be checked against",
  description: "Lists the stored kernels with what is known of each.",
  examples: [{ comment: "List them", command: "bpfman kernel list" }],
  positionals: [],
  options: [LIST_OUTPUT, WIDE, DATA_DIRECTORY],
  permissions: "kernel-list",
  load: runLater("../run/kernel_list.ts"),
};

/** Commands about kernels. */
export const KERNEL_COMMANDS: readonly CommandSpec[] = [CHECK, DIFF, SNAPSHOT, ADD, LIST];
