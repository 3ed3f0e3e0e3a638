/**
 * Runs one command: parses its arguments, opens what it needs, and closes that again.
 *
 * @module
 */
import type { Manager } from "../core/api.ts";
import { BpfmanError } from "../core/errors.ts";
import { withAudit } from "./audit.ts";
import type { CommandModule, CommandSpec } from "./command.ts";
import type { CommandContext, GlobalSettings, Host } from "./context.ts";
import { EXIT_DONE } from "./exit_codes.ts";
import { OUTPUT } from "./options.ts";
import { optionsOf, parseArguments } from "./parse_arguments.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { PERMISSION_SETS } from "./permissions.ts";
import { type ObjectFile, readObjectFile } from "./prepare/object_file.ts";
import { splitLeadingOptions, spokenName } from "./route.ts";
import { readSettings } from "./settings.ts";

/** The world of one command; disposing it closes the manager and passes on its notices. */
class CommandWorld implements CommandContext, AsyncDisposable {
  readonly settings: GlobalSettings;
  readonly format: CommandContext["format"];
  readonly words: readonly string[];
  readonly #host: Host;
  #manager: Promise<Manager> | undefined;

  constructor(host: Host, world: Pick<CommandContext, "settings" | "format" | "words">) {
    this.#host = host;
    this.settings = world.settings;
    this.format = world.format;
    this.words = world.words;
  }

  get terminal(): Host["terminal"] {
    return this.#host.terminal;
  }

  env(name: string): string | undefined {
    return this.#host.env(name);
  }

  readObject(path: string): ObjectFile {
    return (this.#host.readObject ?? readObjectFile)(path);
  }

  manager(): Promise<Manager> {
    this.#manager ??= this.#host.openManager(this.settings);
    return this.#manager;
  }

  images(options: Parameters<Host["openImages"]>[0]): ReturnType<Host["openImages"]> {
    return this.#host.openImages(options);
  }

  kernel(): ReturnType<Host["openKernel"]> {
    return this.#host.openKernel();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#manager === undefined) return;
    // A manager that did not open has told its reason already.
    const manager = await this.#manager.catch(() => undefined);
    if (manager === undefined) return;
    for (const notice of manager.notices()) this.terminal.err(`bpfman: note: ${notice.message}\n`);
    await manager[Symbol.asyncDispose]();
  }
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

/** Adds what the configuration file says, for commands that it concerns. */
async function configure(
  command: CommandSpec,
  settings: GlobalSettings,
  host: Host,
): Promise<GlobalSettings> {
  const { isChange, net } = PERMISSION_SETS[command.permissions];
  if (!isChange && net !== true && command.permissions !== "audit") return settings;
  const { readConfiguration } = await import("./config_file.ts");
  const { warnings, ...configured } = await readConfiguration(settings.config);
  for (const warning of warnings) host.terminal.err(`bpfman: note: ${warning}\n`);
  return { ...settings, ...configured };
}

/** Places that the command works in besides the runtime directory. */
async function placesOf(command: CommandSpec, input: ParsedInput, host: Host) {
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

/** Parses and runs one command. Throws what the command throws. */
export async function runCommand(
  command: CommandSpec,
  args: readonly string[],
  host: Host,
): Promise<number> {
  const input = await parseArguments(command, ownArguments(command, args));
  const settings = readSettings(input, (name) => host.env(name));
  if (PERMISSION_SETS[command.permissions].isChange) {
    const code = await host.relaunch({
      command,
      settings,
      ...await placesOf(command, input, host),
    });
    if (code !== undefined) return code;
  }
  const configured = await configure(command, settings, host);
  const { run } = await loadCommand(command);
  const format = command.options.includes(OUTPUT) ? input.one(OUTPUT) : undefined;
  await using world = new CommandWorld(host, {
    settings: configured,
    format: format ?? "text",
    words: [...spokenName(command).split(" "), ...args],
  });
  const audited = { command, args, host, settings: configured };
  const code = await withAudit(audited, world, async (context) => await run(context, input));
  return typeof code === "number" ? code : EXIT_DONE;
}
