/**
 * One command with its arguments in this process: its module, what its world is made of, and its work.
 *
 * @module
 */
import { BpfmanError } from "../core/errors.ts";
import { type AuditedCommand, withAudit } from "./audit.ts";
import type { CommandModule, CommandSpec, OutputFormat } from "./command.ts";
import { importLater } from "./commands/run_later.ts";
import { CommandWorld, type WorldParts } from "./command_world.ts";
import type { GlobalSettings, Host } from "./context.ts";
import { findWish } from "./declared/find_wish.ts";
import type { Wish } from "./declared/wish.ts";
import { EXIT_DONE } from "./exit_codes.ts";
import { isFormatOption, TIMING, WIDE } from "./options.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { spokenName } from "./route.ts";
import type { FrontFailure, LoaderStage } from "./stages/stage.ts";
import type { CommandTimes } from "./stages/timing.ts";

/** Tells a failure as all failures are told. */
export type TellFailure = (error: unknown, command: CommandSpec) => Promise<FrontFailure>;

/** One command with its arguments. */
export interface Invocation {
  readonly command: CommandSpec;
  readonly args: readonly string[];
  readonly input: ParsedInput;
  readonly host: Host;
  readonly tell: TellFailure;
}

/** Loads a command's module. A checkout lacks the WebAssembly module until it is built. */
export async function loadCommand(command: CommandSpec): Promise<CommandModule> {
  try {
    return await command.load();
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.includes("inspect_wasm.js")) throw cause;
    throw new BpfmanError(
      `Cannot run "${
        spokenName(command)
      }": the WebAssembly module of the bytecode tools is not built`,
      { code: "wasm-not-built", hint: "Run: deno task setup wasm" },
    );
  }
}

/** The format that the arguments ask for. */
export function formatOf({ command, input }: Invocation): OutputFormat {
  const option = command.options.find(isFormatOption);
  const format = option === undefined ? undefined : input.one(option);
  if (format !== undefined && format !== "text") return format;
  return input.has(WIDE) ? "wide" : "text";
}

/** What the world of the command is made of. */
export async function partsOf(
  invocation: Invocation,
  settings: GlobalSettings,
  wish?: Wish,
): Promise<WorldParts> {
  const { host, input, command, args } = invocation;
  const module = await loadCommand(command);
  const words = [...spokenName(command).split(" "), ...args];
  return {
    ...{ host, input, settings, module, words, format: formatOf(invocation) },
    ...(wish === undefined ? {} : { wish }),
    ...(command.isEachAlone === true ? { leftOut: new Map() } : {}),
    readWish: async () =>
      await findWish(invocation) ?? { applications: [], remove: [], warnings: [] },
  };
}

/** The command as the audit log sees it. */
export function auditedOf(
  { command, args, host }: Invocation,
  settings: GlobalSettings,
): AuditedCommand {
  return { command, args, host, settings };
}

/** Does the work of the command, and writes it into the audit log. */
export async function work(
  invocation: Invocation,
  parts: WorldParts,
  loader?: LoaderStage,
): Promise<number> {
  await using world = new CommandWorld(parts);
  const audited = auditedOf(invocation, parts.settings);
  const code = await withAudit(
    { ...audited, ...(loader === undefined ? {} : { held: () => loader.times().capabilities }) },
    world,
    async (context) => await parts.module.run(context, invocation.input),
  );
  return typeof code === "number" ? code : EXIT_DONE;
}

/** Tells how long the phases took, when that is asked for. */
export async function tellTimes(invocation: Invocation, times: CommandTimes): Promise<void> {
  if (!invocation.input.has(TIMING)) return;
  const { timingText } = await importLater<typeof import("./stages/timing.ts")>(
    "../stages/timing.ts",
  );
  invocation.host.terminal.err(
    timingText(times, formatOf(invocation) === "json" ? "json" : "text"),
  );
}
