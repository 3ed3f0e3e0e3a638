/**
 * Entry of the command-line tool: the only file that reads the arguments and ends the process, and
 * where commands, manager and kernel meet.
 *
 * Every import is lazy: whoever asks for the version or for help waits for nothing else.
 *
 * @module
 */
import type { Host } from "./context.ts";

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
  const { SIGNAL_EXIT_CODES } = await import("./exit_codes.ts");
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => Deno.exit(SIGNAL_EXIT_CODES[signal]));
  }
}

/** The world of this process. */
async function openHost(): Promise<Host> {
  const { openTerminal } = await import("./terminal.ts");
  const openKernel = async () => (await import("../ffi/mod.ts")).openKernel();
  return {
    terminal: openTerminal(),
    env: readEnvironment,
    openKernel,
    relaunch: async (request) => await (await import("./relaunch.ts")).relaunch(request),
    openManager: async (settings) => {
      await endOnSignals();
      const { openManager } = await import("../core/manager.ts");
      const { runtimeDirectory, lockTimeoutMs } = settings;
      return await openManager({ kernel: await openKernel(), runtimeDirectory, lockTimeoutMs });
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
async function print(text: string): Promise<number> {
  const { OutputClosed, writeAll } = await import("./write_all.ts");
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
  if (text !== undefined) return await print(text);
  const { runApp } = await import("./app.ts");
  return await runApp(args, await openHost());
}

/** Runs the tool with this process's arguments and ends the process. */
export async function runAndExit(): Promise<never> {
  Deno.exit(await main(Deno.args));
}

if (import.meta.main) await runAndExit();
