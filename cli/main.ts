/**
 * Entry of the command-line tool: the only file that reads the arguments and ends the process, and
 * where commands, manager and kernel meet.
 *
 * @module
 */
import type { Host } from "./context.ts";
import { runApp } from "./app.ts";
import { SIGNAL_EXIT_CODES } from "./exit_codes.ts";
import { openTerminal } from "./terminal.ts";

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
function endOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => Deno.exit(SIGNAL_EXIT_CODES[signal]));
  }
}

/** The world of this process. */
function openHost(): Host {
  const openKernel = async () => (await import("../ffi/mod.ts")).openKernel();
  return {
    terminal: openTerminal(),
    env: readEnvironment,
    openKernel,
    relaunch: async (request) => await (await import("./relaunch.ts")).relaunch(request),
    openManager: async (settings) => {
      endOnSignals();
      const { openManager } = await import("../core/mod.ts");
      const { runtimeDirectory, lockTimeoutMs } = settings;
      return await openManager({ kernel: await openKernel(), runtimeDirectory, lockTimeoutMs });
    },
  };
}

/**
 * Runs the tool once.
 *
 * @param args Arguments after the script's name.
 * @returns The exit code; nothing is ended.
 */
export async function main(args: readonly string[]): Promise<number> {
  return await runApp(args, openHost());
}

/** Runs the tool with this process's arguments and ends the process. */
export async function runAndExit(): Promise<never> {
  Deno.exit(await main(Deno.args));
}

if (import.meta.main) await runAndExit();
