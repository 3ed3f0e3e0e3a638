/**
 * Entry of the command-line tool: the only file that reads the arguments and ends the process, and
 * where commands, manager and kernel meet.
 *
 * Whoever asks for the version or for help waits for nothing else.
 *
 * @example Run a command and go on with its exit code
 * ```ts
 * import { main } from "@bpfman/cli/cli";
 * import { strictEqual } from "node:assert/strict";
 *
 * strictEqual(await main(["version"]), 0);
 * ```
 *
 * @module
 */
import type { Manager } from "../core/api.ts";
import type { Kernel } from "../ffi/kernel.ts";
import type { WaitListener } from "../core/waiting.ts";
import type { GatherFacts, GlobalSettings, Host, Machine, Terminal } from "./context.ts";
import type { Stage } from "./stages/stage.ts";
import { BUILDER } from "./build_info.ts";
import type { PermissionSetName } from "./permissions.ts";
import type { WaitingLine } from "./waiting_line.ts";
import { OutputClosed, writeAll } from "./write_all.ts";

/**
 * Imports a module that is not part of the module graph at start-up. Deno reads every module that a
 * literal `import("…")` names before it runs the first line, whether the import happens or not, at
 * about 0.15 ms for each. So the path comes as a value, here and wherever most commands do not need
 * what is imported. The price: a process with narrow permissions must be allowed to read these files
 * (the sets of `permissions.ts` have that), and a bundler must be told of them.
 *
 * @param path Path from this file.
 */
function importUnseen<T>(path: string): Promise<T> {
  return import(path);
}

/** What a load needs, in the order in which it does. */
const LOAD_MODULES: readonly string[] = [
  "../core/manager.ts",
  "../core/audit/attempt.ts",
  "../core/audit/who.ts",
  "./audit_notes.ts",
  "../core/change_alone.ts",
  "../core/mend.ts",
  "../core/program/requested.ts",
  "../core/program/check_structure.ts",
  "../core/program/load.ts",
  "../core/view_program.ts",
  "../core/audit/append.ts",
];

const START_MODULE = "./stages/open_start.ts";
/** What opens the processes that a command starts, by their names. */
const STAGE_MODULES: Readonly<Record<string, string>> = {
  front: "./stages/open_front.ts",
  loader: "./stages/open_loader.ts",
};

const VERSION_WORDS: readonly string[] = ["version", "--version", "-V"];
const HELP_WORDS: readonly string[] = ["help", "--help", "-h"];

function readEnvironment(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    // Who denies access to the environment gets the defaults.
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

/** The stage of this process. Who may not read the variable was not started as one. */
function readStage(): string | undefined {
  const variable = "BPFMAN_STAGE";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? readEnvironment(variable) : undefined;
}

/** Gives up what the command has no use for, where the file came with what all commands need. */
async function narrow(permissions: PermissionSetName, isWriting: boolean): Promise<void> {
  const path = "./missing_kinds.ts";
  const { kindsToRevoke } = await importUnseen<typeof import("./missing_kinds.ts")>(path);
  for (const name of kindsToRevoke(permissions, readStage())) {
    if (name !== "write" || !isWriting) Deno.permissions.revokeSync({ name });
  }
}

let endsOnSignals = false;

/** Ends the process in good order when it is interrupted; every step so far can be resumed. */
async function endOnSignals({ status }: Terminal): Promise<void> {
  if (endsOnSignals) return;
  endsOnSignals = true;
  const { SIGNAL_EXIT_CODES } = await importUnseen<typeof import("./exit_codes.ts")>(
    "./exit_codes.ts",
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      status?.(null);
      Deno.exit(SIGNAL_EXIT_CODES[signal]);
    });
  }
}

/** The words of a command before its options, for those who wait for it: no secret is in them. */
function leadingWords(args: readonly string[]): string {
  const end = args.findIndex((word) => word.startsWith("-"));
  return (end === -1 ? args : args.slice(0, end)).join(" ") || "change";
}

/** Shows what a change waits for; the module that does is read when it waits. */
function waitListener({ status }: Terminal): { readonly onWait?: WaitListener } {
  if (status === undefined) return {};
  let line: Promise<WaitingLine> | undefined;
  const open = async (): Promise<WaitingLine> => {
    const path = "./waiting_line.ts";
    const { WaitingLine } = await importUnseen<typeof import("./waiting_line.ts")>(path);
    return new WaitingLine(status);
  };
  return {
    onWait: (waiting) => {
      line ??= open();
      // a line that cannot be shown is no reason to fail
      line.then((shown) => shown.show(waiting)).catch(() => {});
    },
  };
}

/** What a manager is opened in. */
interface ManagerWorld {
  openKernel(): Promise<Kernel>;
  readonly terminal: Terminal;
  readonly args: readonly string[];
}

/** Opens the manager on a kernel; from here on the process ends in good order. */
async function openManager(
  { openKernel, terminal, args }: ManagerWorld,
  settings: GlobalSettings,
): Promise<Manager> {
  const [{ openManager }, kernel] = await Promise.all([
    importUnseen<typeof import("../core/manager.ts")>("../core/manager.ts"),
    openKernel(),
    endOnSignals(terminal),
  ]);
  const { runtimeDirectory, lockTimeoutMs, mapAccess, engine } = settings;
  const configured = {
    ...(mapAccess === undefined ? {} : { mapAccess }),
    ...(engine === undefined ? {} : { engine }),
    ...waitListener(terminal),
  };
  const verb = leadingWords(args);
  return await openManager({ kernel, runtimeDirectory, lockTimeoutMs, verb, ...configured });
}

/** The kernel of this machine, as it is. */
async function openPlainKernel(): Promise<Kernel> {
  const ffi = await importUnseen<typeof import("../ffi/mod.ts")>("../ffi/mod.ts");
  return ffi.openKernel();
}

/** Looks at the machine, for the doctor. */
const gatherFacts: GatherFacts = async (places) => {
  const [{ gatherFacts }, { openSurvey }, { files, host }] = await Promise.all([
    importUnseen<typeof import("../core/doctor/gather/mod.ts")>("../core/doctor/gather/mod.ts"),
    importUnseen<typeof import("../ffi/survey.ts")>("../ffi/survey.ts"),
    openPlainKernel(),
  ]);
  return await gatherFacts({ files, host, survey: openSurvey() }, places);
};

/** The world of this process. */
async function openHost(args: readonly string[]): Promise<Host> {
  const { openTerminal } = await import("./terminal.ts");
  const terminal = openTerminal(args);
  let openKernel = openPlainKernel;
  let openMachine: () => Promise<Machine> = openPlainKernel;
  const openStage = async (): Promise<Stage> => {
    const stage = readStage();
    const path = STAGE_MODULES[stage ?? ""] ?? START_MODULE;
    // whoever turns into the loader must not catch a signal: the exec would make it forgotten
    if (path !== START_MODULE) await endOnSignals(terminal);
    const { openStage } = await importUnseen<typeof import("./stages/open_start.ts")>(path);
    const opened = openStage({ args, env: readEnvironment, end: Deno.exit });
    openKernel = opened.kernel ?? openKernel;
    openMachine = opened.machine ?? openKernel;
    return opened.stage;
  };
  return {
    terminal,
    env: readEnvironment,
    openKernel: async () => await openMachine(),
    gatherFacts,
    openImages: async (options) => {
      const path = "../core/image/images.ts";
      const { openImages } = await importUnseen<typeof import("../core/image/images.ts")>(path);
      return openImages(options);
    },
    audit: async (place, attempt) => {
      const path = "../core/audit/append.ts";
      const { appendAttempt } = await importUnseen<typeof import("../core/audit/append.ts")>(path);
      return await appendAttempt(place, attempt);
    },
    openStage,
    ...(BUILDER === "source" || BUILDER === "npm" ? {} : { narrow }),
    warmUp: () => {
      for (const path of LOAD_MODULES) importUnseen(path).catch(() => {});
    },
    openManager: (settings) => openManager({ openKernel, terminal, args }, settings),
  };
}

/** Text of the two plainest requests, which need no parser; undefined for all others. */
async function quickText(args: readonly string[]): Promise<string | undefined> {
  const [word = "help", more] = args;
  if (more !== undefined) return undefined;
  if (VERSION_WORDS.includes(word)) {
    const { VERSION } = await import("./version_number.ts");
    const { ownVersions, versionText } = await import("./output/version_text.ts");
    return versionText(ownVersions(VERSION));
  }
  // a terminal has colours and a width
  if (!HELP_WORDS.includes(word) || Deno.stdout.isTerminal()) return undefined;
  return (await import("./generated/root_help.ts")).ROOT_HELP;
}

/** Writes a text; a reader who has gone away is no failure. */
function print(text: string): number {
  try {
    writeAll(Deno.stdout, text);
  } catch (error) {
    if (error instanceof OutputClosed) return 0;
    const why = error instanceof Error ? error.message : String(error);
    writeAll(Deno.stderr, `bpfman: error: Cannot write to standard output: ${why}\n`);
    return 1;
  }
  return 0;
}

/**
 * Runs the tool once. A command that changes something does so in processes of its own: this one
 * turns into one of them, and comes back only with an error that was found before.
 *
 * @param args Arguments after the script's name.
 * @returns The exit code; nothing is ended.
 */
export async function main(args: readonly string[]): Promise<number> {
  const text = await quickText(args);
  if (text !== undefined) return print(text);
  const { runApp } = await importUnseen<typeof import("./app.ts")>("./app.ts");
  return await runApp(args, await openHost(args));
}

/** Says why the tool could not even start, in the form of all its errors. */
function reportStart(error: unknown): number {
  const message = error instanceof Error ? error.message : String(error);
  const isDenied = message.includes("--allow-read");
  const hint = isDenied
    ? "hint: Run with the permission set of the command, such as -P=list\n"
    : "";
  writeAll(Deno.stderr, `bpfman: error: Cannot load the command: ${message}\n${hint}`);
  return 1;
}

/** Runs the tool with this process's arguments and ends the process. */
export async function runAndExit(): Promise<never> {
  Deno.exit(await main(Deno.args).catch(reportStart));
}

if (import.meta.main) await runAndExit();
