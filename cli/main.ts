/**
 * Entry of the command-line tool: the only file that reads the arguments and ends the process, and
 * where commands, manager and kernel meet.
 *
 * Whoever asks for the version or for help waits for nothing else.
 *
 * @module
 */
import type { Host } from "./context.ts";
import { OutputClosed, writeAll } from "./write_all.ts";

/**
 * Imports a module that is not part of the module graph at start-up. Deno reads every module that a
 * literal `import("…")` names before it runs the first line, which costs about 4 ms for this
 * project, whether the import happens or not. So the path comes as a value here, and only here; all
 * other lazy imports are literal. The price: a process with narrow permissions must be allowed to
 * read these files (the sets of `permissions.ts` have that), and a bundler needs `app.ts` as well.
 *
 * @param path Path from this file.
 */
function importUnseen<T>(path: string): Promise<T> {
  return import(path);
}

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

/** Ends the process in good order when it is interrupted; every step so far can be resumed. */
async function endOnSignals(): Promise<void> {
  const { SIGNAL_EXIT_CODES } = await importUnseen<typeof import("./exit_codes.ts")>(
    "./exit_codes.ts",
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => Deno.exit(SIGNAL_EXIT_CODES[signal]));
  }
}

/** The words of a command before its options, for those who wait for it: no secret is in them. */
function leadingWords(args: readonly string[]): string {
  const end = args.findIndex((word) => word.startsWith("-"));
  return (end === -1 ? args : args.slice(0, end)).join(" ") || "change";
}

/** The world of this process. */
async function openHost(): Promise<Host> {
  const { openTerminal } = await import("./terminal.ts");
  const openKernel = async () => {
    const ffi = await importUnseen<typeof import("../ffi/mod.ts")>("../ffi/mod.ts");
    return ffi.openKernel();
  };
  return {
    terminal: openTerminal(),
    env: readEnvironment,
    openKernel,
    openImages: async (options) => {
      const path = "../core/image/images.ts";
      const { openImages } = await importUnseen<typeof import("../core/image/images.ts")>(path);
      return openImages(options);
    },
    relaunch: async (request) => {
      const { relaunch } = await importUnseen<typeof import("./relaunch.ts")>("./relaunch.ts");
      return await relaunch(request);
    },
    openManager: async (settings) => {
      await endOnSignals();
      const path = "../core/manager.ts";
      const { openManager } = await importUnseen<typeof import("../core/manager.ts")>(path);
      const { runtimeDirectory, lockTimeoutMs, mapAccess, engine } = settings;
      const configured = {
        ...(mapAccess === undefined ? {} : { mapAccess }),
        ...(engine === undefined ? {} : { engine }),
      };
      const kernel = await openKernel();
      const verb = leadingWords(Deno.args);
      return await openManager({ kernel, runtimeDirectory, lockTimeoutMs, verb, ...configured });
    },
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
  const isPlain = Deno.noColor || !Deno.stdout.isTerminal();
  if (!HELP_WORDS.includes(word) || !isPlain) return undefined;
  return (await import("./generated/root_help.ts")).ROOT_HELP;
}

/** Writes a text; a reader who has gone away is no failure. */
function print(text: string): number {
  try {
    writeAll(Deno.stdout, text);
  } catch (error) {
    if (!(error instanceof OutputClosed)) throw error;
  }
  return 0;
}

/**
 * Runs the tool once.
 *
 * @param args Arguments after the script's name.
 * @returns The exit code; nothing is ended.
 */
export async function main(args: readonly string[]): Promise<number> {
  const text = await quickText(args);
  if (text !== undefined) return print(text);
  const { runApp } = await importUnseen<typeof import("./app.ts")>("./app.ts");
  return await runApp(args, await openHost());
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
