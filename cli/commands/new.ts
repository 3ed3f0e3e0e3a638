/**
 * The command that begins a project, as data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec, PositionalSpec } from "../command.ts";
import { OUTPUT } from "../options.ts";
import { runLater } from "./run_later.ts";

/** What the program hooks into. */
export const PROJECT_KIND: PositionalSpec<"projectKind"> = {
  name: "KIND",
  type: "projectKind",
  summary: "What its program hooks into: xdp, tc, kprobe or tracepoint",
};

/** Name of the project. */
export const PROJECT_NAME: PositionalSpec<"projectName"> = {
  name: "NAME",
  type: "projectName",
  summary: "Name of folder, object, program and image: lower case, digits, - and _",
};

/** Where the folder is made. */
export const PROJECT_PARENT: OptionSpec<"text"> = {
  name: "directory",
  short: "d",
  type: "text",
  placeholder: "DIR",
  summary: "Directory that the project's folder is made in",
  defaultText: ".",
};

const NEW: CommandSpec = {
  id: "new",
  paths: ["new"],
  group: "Other",
  summary: "Begin a project: an eBPF program that builds, loads and is tested",
  description: "Makes a folder with the source of a program, a Makefile that builds, checks, " +
    "tests and packs it, a test, and a README that says what to type. It loads as it is. A " +
    "folder of that name must not exist.",
  examples: [
    { comment: "A program for packets", command: "bpfman new xdp guard" },
    { comment: "One for a function of the kernel", command: "bpfman new kprobe unlinks -d /tmp" },
  ],
  positionals: [PROJECT_KIND, PROJECT_NAME],
  options: [PROJECT_PARENT, OUTPUT],
  permissions: "new",
  load: runLater("../run/new.ts"),
};

/** Commands about projects. */
export const NEW_COMMANDS: readonly CommandSpec[] = [NEW];
