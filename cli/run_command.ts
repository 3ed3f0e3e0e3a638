/**
 * Runs one command: parses its arguments, opens what it needs, and closes that again. A command that
 * changes something goes through the stages of its processes, see `stages/stage.ts`.
 *
 * @module
 */
import type { Admission } from "../core/admission/types.ts";
import { BpfmanError, usageError } from "../core/errors.ts";
import { type AuditedCommand, auditFailure, auditingFailure, withAudit } from "./audit.ts";
import type { CommandModule, CommandSpec, OutputFormat } from "./command.ts";
import { importLater } from "./commands/run_later.ts";
import { CommandWorld, type WorldParts } from "./command_world.ts";
import { configuredSettings } from "./configured_settings.ts";
import type { GlobalSettings, Host } from "./context.ts";
import { orLeaveOut } from "./declared/left_out.ts";
import { findWish } from "./declared/find_wish.ts";
import type { Wish } from "./declared/wish.ts";
import { EXIT_DONE } from "./exit_codes.ts";
import { namedObject } from "./named_object.ts";
import { isFormatOption, TIMING, WIDE } from "./options.ts";
import { USUAL_SETTINGS } from "./settings.ts";
import { optionsOf } from "./options_of.ts";
import { parseArguments } from "./parse_arguments.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { PERMISSION_SETS } from "./permissions.ts";
import { PhaseClock } from "./phase_clock.ts";
import { splitLeadingOptions, spokenName } from "./route.ts";
import type { CommandTimes } from "./stages/timing.ts";
import type {
  FrontFailure,
  FrontStage,
  LoaderStage,
  Prepared,
  StartStage,
} from "./stages/stage.ts";

/** Tells a failure as all failures are told. */
export type TellFailure = (error: unknown, command: CommandSpec) => Promise<FrontFailure>;

/** One command with its arguments. */
interface Invocation {
  readonly command: CommandSpec;
  readonly args: readonly string[];
  readonly input: ParsedInput;
  readonly host: Host;
  readonly tell: TellFailure;
}

/** Loads a command's module. A checkout lacks the WebAssembly module until it is built. */
async function loadCommand(command: CommandSpec): Promise<CommandModule> {
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

/** Places that the command works in besides the runtime directory. */
async function placesOf({ command, input, host }: Invocation) {
  if (PERMISSION_SETS[command.permissions].write !== "both") return {};
  const { dataDirectory } = await import("./data_directory.ts");
  return { dataDirectory: dataDirectory(host, input) };
}

/** The arguments as the parser is to see them: words of another command are words to this one. */
export function ownArguments(command: CommandSpec, args: readonly string[]): readonly string[] {
  if (command.takesCommand !== true || args.includes("--")) return args;
  const { options, words } = splitLeadingOptions(args, optionsOf(command));
  return [...options, "--", ...words];
}

function formatOf({ command, input }: Invocation): OutputFormat {
  const option = command.options.find(isFormatOption);
  const format = option === undefined ? undefined : input.one(option);
  if (format !== undefined && format !== "text") return format;
  return input.has(WIDE) ? "wide" : "text";
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

async function partsOf(
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

function auditedOf(
  { command, args, host }: Invocation,
  settings: GlobalSettings,
): AuditedCommand {
  return { command, args, host, settings };
}

async function work(
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

/** What fails before there are two processes is an attempt as well. */
async function start(invocation: Invocation, stage: StartStage): Promise<never> {
  const { command, input } = invocation;
  const caller = auditedOf(invocation, USUAL_SETTINGS);
  await auditingFailure(
    caller,
    () => Promise.try(() => stage.checkCaller(input)),
    { note: namedObject(invocation), isTold: false },
  );
  const settings = await configuredSettings(invocation);
  const places = await placesOf(invocation);
  return await auditingFailure(
    auditedOf(invocation, settings),
    async () => {
      const wish = await findWish(invocation);
      const wanted = wish === undefined ? {} : { wish };
      return await stage.launch({ command, input, settings, ...places, ...wanted });
    },
    // whoever may not write the log may not change anything either
    { note: namedObject(invocation), isTold: false },
  );
}

/** Why applications were left out, as the loader is told. */
async function refusalsOf(leftOut: ReadonlyMap<string, Error> | undefined) {
  if (leftOut === undefined || leftOut.size === 0) return new Map();
  // named by a value, as in cli/main.ts
  const path = "./stages/refusal.ts";
  const { refusalOf }: typeof import("./stages/refusal.ts") = await import(path);
  return new Map([...leftOut].map(([name, error]) => [name, refusalOf(error)]));
}

/** The front: what it has to say goes to the loader, besides what the user is told. */
function front(invocation: Invocation, stage: FrontStage): Promise<number> {
  let admission: Admission | undefined;
  const prepare = async (): Promise<Prepared> => {
    // named by a value, as in cli/main.ts
    const path = "./stages/judge.ts";
    const { judge }: typeof import("./stages/judge.ts") = await import(path);
    const wish = invocation.command.declares === undefined ? undefined : stage.readWish();
    const parts = await partsOf(invocation, await configuredSettings(invocation, false), wish);
    await using world = new CommandWorld({ ...parts, front: stage });
    if (wish !== undefined) {
      const all = await world.preparedAll();
      for (const one of all) await orLeaveOut(parts.leftOut, one.name, () => judge(one));
      const applications = all.filter(({ name }) => parts.leftOut?.has(name) !== true);
      const refusals = await refusalsOf(parts.leftOut);
      return {
        applications,
        refusals,
        names: wish.applications.map(({ desired }) => desired.name),
      };
    }
    const prepared = await world.prepared();
    ({ admission } = prepared);
    await judge(prepared);
    return { load: prepared };
  };
  return stage.hand(prepare, async (error) => {
    const path = "./audit_refusal.ts";
    const { refusedOf }: typeof import("./audit_refusal.ts") = await import(path);
    const failure = await invocation.tell(error, invocation.command);
    return { ...failure, refused: refusedOf(error, admission) };
  });
}

async function load(invocation: Invocation, stage: LoaderStage): Promise<number> {
  const clock = new PhaseClock();
  clock.note("start");
  stage.enter();
  clock.note("jail checked");
  try {
    return await loadHanded(invocation, stage, clock);
  } finally {
    clock.note("work");
    await tellTimes(invocation, { ...stage.times(), own: clock.phases });
  }
}

/** Only a loader with a front needs this, and all that it needs itself. */
function receiving(): Promise<typeof import("./stages/received.ts")> {
  return importLater("../stages/received.ts");
}

/** What comes next is read while the front is at work. */
function readAhead({ command, host }: Invocation): void {
  loadCommand(command).catch(() => {});
  if (command.brings === undefined && command.declares === undefined) return;
  receiving().catch(() => {});
  host.warmUp?.();
}

async function loadHanded(
  invocation: Invocation,
  stage: LoaderStage,
  clock: PhaseClock,
): Promise<number> {
  const { command } = invocation;
  readAhead(invocation);
  const settings = await configuredSettings(invocation, false);
  const audited = auditedOf(invocation, settings);
  const named = namedObject(invocation);
  const wish = command.declares === undefined ? undefined : stage.readWish();
  const names = wish?.applications.map(({ desired }) => desired.name);
  const received = await auditingFailure(audited, () => stage.receive(names), { note: named });
  clock.note("front awaited");
  if (received !== null && received.kind === "refused") {
    await auditFailure(audited, received, { note: named });
    return received.exitCode;
  }
  const parts = await partsOf(invocation, settings, wish);
  if (received === null) {
    // never read here what somebody else made
    const isWanting = command.brings !== undefined || names !== undefined && names.length > 0;
    if (isWanting) {
      throw new TypeError(`Cannot load: nobody has handed over what "${command.id}" brings`);
    }
    return await work(invocation, parts, stage);
  }
  const { receivedParts } = await receiving();
  const both = await auditingFailure(
    audited,
    () => receivedParts(parts, command, received),
    {
      // an answer that is no good says nothing of the object either
      note: (attempt, code) =>
        code === "plan-broken" || received.kind === "plans"
          ? named(attempt)
          : attempt.judged(received.admission),
    },
  );
  return await work(invocation, both, stage);
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

async function tellTimes(invocation: Invocation, times: CommandTimes): Promise<void> {
  if (!invocation.input.has(TIMING)) return;
  const { timingText } = await importLater<typeof import("./stages/timing.ts")>(
    "../stages/timing.ts",
  );
  invocation.host.terminal.err(
    timingText(times, formatOf(invocation) === "json" ? "json" : "text"),
  );
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
  if (stage?.kind === "start") return await start(invocation, stage);
  if (stage?.kind === "front") return await front(invocation, stage);
  if (stage?.kind === "loader") return await load(invocation, stage);
  return await workAlone(invocation);
}
