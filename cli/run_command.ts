/**
 * Runs one command: parses its arguments, and does its work here or, where it changes something, in
 * the stages of its processes (`stages/run_stage.ts`).
 *
 * @module
 */
import { usageError } from "../core/errors.ts";
import type { CommandSpec } from "./command.ts";
import { importLater } from "./commands/run_later.ts";
import { configuredSettings } from "./configured_settings.ts";
import type { Host } from "./context.ts";
import {
  formatOf,
  type Invocation,
  partsOf,
  type TellFailure,
  tellTimes,
  work,
} from "./invocation.ts";
import { WIDE } from "./options.ts";
import { optionsOf } from "./options_of.ts";
import { parseArguments } from "./parse_arguments.ts";
import { PERMISSION_SETS } from "./permissions.ts";
import { PhaseClock } from "./phase_clock.ts";
import { splitLeadingOptions } from "./route.ts";

/** The arguments as the parser is to see them: words of another command are words to this one. */
export function ownArguments(command: CommandSpec, args: readonly string[]): readonly string[] {
  if (command.takesCommand !== true || args.includes("--")) return args;
  const { options, words } = splitLeadingOptions(args, optionsOf(command));
  return [...options, "--", ...words];
}

/** Refuses what cannot be printed before anything is done. */
async function checkFormat(invocation: Invocation): Promise<void> {
  const format = formatOf(invocation);
  if (invocation.input.has(WIDE) && format !== "wide") {
    throw usageError(`Cannot use --wide with -o ${format}: only tables have columns`);
  }
  if (!format.startsWith("jsonpath=")) return;
  const { checkTemplate } = await importLater<typeof import("./output/jsonpath/mod.ts")>(
    "../output/jsonpath/mod.ts",
  );
  checkTemplate(format.slice("jsonpath=".length));
}

/** All of a command in this process. */
async function workAlone(invocation: Invocation): Promise<number> {
  const clock = new PhaseClock();
  clock.note("start");
  try {
    return await work(invocation, await partsOf(invocation, await configuredSettings(invocation)));
  } finally {
    clock.note("work");
    const phases = { start: [], front: [] };
    await tellTimes(invocation, { phases, capabilities: [], own: clock.phases });
  }
}

/**
 * Parses and runs one command. Throws what the command throws.
 *
 * @param command The command.
 * @param args Its arguments.
 * @param world The outside world, and how failures are told there.
 */
export async function runCommand(
  command: CommandSpec,
  args: readonly string[],
  { host, tell }: { readonly host: Host; readonly tell: TellFailure },
): Promise<number> {
  const input = await parseArguments(command, ownArguments(command, args));
  const isWriting = command.writes !== undefined && input.one(command.writes) !== undefined;
  await host.narrow?.(command.permissions, isWriting);
  const invocation: Invocation = { command, args, input, host, tell };
  await checkFormat(invocation);
  const { isChange } = PERMISSION_SETS[command.permissions];
  const stage = isChange ? await host.openStage?.() : undefined;
  if (stage === undefined) return await workAlone(invocation);
  const { runStage } = await importLater<typeof import("./stages/run_stage.ts")>(
    "../stages/run_stage.ts",
  );
  return await runStage(invocation, stage);
}
