/**
 * Runs one command: parses its arguments, finds out which part of it this process is for, opens what
 * that needs, and closes it again.
 *
 * @module
 */
import type { PreparedLoad } from "../core/admission/types.ts";
import { BpfmanError } from "../core/errors.ts";
import type { CommandModule, CommandSpec, OutputFormat } from "./command.ts";
import { CommandWorld, type WorldParts } from "./command_world.ts";
import type { GlobalSettings, Host } from "./context.ts";
import { EXIT_DONE } from "./exit_codes.ts";
import { OUTPUT, TIMING } from "./options.ts";
import { parseArguments } from "./parse_arguments.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { PERMISSION_SETS } from "./permissions.ts";
import { spokenName } from "./route.ts";
import { PhaseClock } from "./phase_clock.ts";
import { readSettings } from "./settings.ts";
import type { CommandTimes } from "./stages/timing.ts";
import type { FrontFailure, FrontStage, LoaderStage, StartStage } from "./stages/stage.ts";

/** Tells a failure as all failures are told. */
export type TellFailure = (error: unknown, command: CommandSpec) => Promise<FrontFailure>;

/** One command with its arguments. */
interface Invocation {
  readonly command: CommandSpec;
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

/** Reads the settings, with what the configuration file says for commands that it concerns. */
async function configure({ command, input, host }: Invocation, isTold = true) {
  const settings = readSettings(input, (name) => host.env(name));
  const isAsked = command.permissions.startsWith("load") || command.permissions === "attach" ||
    PERMISSION_SETS[command.permissions].net === true;
  if (!isAsked) return settings;
  const { readConfiguration } = await import("./config_file.ts");
  const { warnings, ...configured } = await readConfiguration(settings.config);
  if (isTold) {
    for (const warning of warnings) host.terminal.err(`bpfman: note: ${warning}\n`);
  }
  return { ...settings, ...configured };
}

/** Places that the command works in besides the runtime directory. */
async function placesOf({ command, input, host }: Invocation) {
  if (PERMISSION_SETS[command.permissions].write !== "both") return {};
  const { dataDirectory } = await import("./data_directory.ts");
  return { dataDirectory: dataDirectory(host, input) };
}

function formatOf({ command, input }: Invocation): OutputFormat {
  const format = command.options.includes(OUTPUT) ? input.one(OUTPUT) : undefined;
  return format ?? "text";
}

async function partsOf(invocation: Invocation, settings: GlobalSettings): Promise<WorldParts> {
  const { host, input, command } = invocation;
  const module = await loadCommand(command);
  return { host, input, settings, module, format: formatOf(invocation) };
}

async function work(invocation: Invocation, parts: WorldParts): Promise<number> {
  await using world = new CommandWorld(parts);
  const code = await parts.module.run(world, invocation.input);
  return typeof code === "number" ? code : EXIT_DONE;
}

async function start(invocation: Invocation, stage: StartStage): Promise<never> {
  const { command, input } = invocation;
  const settings = await configure(invocation);
  return await stage.launch({ command, input, settings, ...await placesOf(invocation) });
}

/** The front: what it has to say goes to the loader, besides what the user is told. */
function front(invocation: Invocation, stage: FrontStage): Promise<number> {
  const prepare = async (): Promise<PreparedLoad> => {
    const parts = await partsOf(invocation, await configure(invocation, false));
    await using world = new CommandWorld({ ...parts, front: stage });
    return await world.prepared();
  };
  return stage.hand(prepare, (error) => invocation.tell(error, invocation.command));
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

async function loadHanded(
  invocation: Invocation,
  stage: LoaderStage,
  clock: PhaseClock,
): Promise<number> {
  const { command, input, host } = invocation;
  // what comes next is read while the front is at work
  host.warmUp?.();
  const loading = loadCommand(command);
  loading.catch(() => {});
  const received = await stage.receive();
  clock.note("front awaited");
  if (typeof received === "number") return received;
  const parts = await partsOf(invocation, await configure(invocation, false));
  if (received === null) return await work(invocation, parts);
  const { receivedLoad } = await import("./stages/received_load.ts");
  return await work(invocation, { ...parts, received: receivedLoad(command, input, received) });
}

/** All of a command in this process. */
async function workAlone(invocation: Invocation): Promise<number> {
  const clock = new PhaseClock();
  clock.note("start");
  try {
    return await work(invocation, await partsOf(invocation, await configure(invocation)));
  } finally {
    clock.note("work");
    const phases = { start: [], front: [] };
    await tellTimes(invocation, { phases, capabilities: [], own: clock.phases });
  }
}

async function tellTimes(invocation: Invocation, times: CommandTimes): Promise<void> {
  if (!invocation.input.has(TIMING)) return;
  const { timingText } = await import("./stages/timing.ts");
  invocation.host.terminal.err(timingText(times, formatOf(invocation)));
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
  const input = await parseArguments(command, args);
  const invocation: Invocation = { command, input, host, tell };
  const { isChange } = PERMISSION_SETS[command.permissions];
  const stage = isChange ? await host.openStage?.() : undefined;
  if (stage?.kind === "start") return await start(invocation, stage);
  if (stage?.kind === "front") return await front(invocation, stage);
  if (stage?.kind === "loader") return await load(invocation, stage);
  return await workAlone(invocation);
}
