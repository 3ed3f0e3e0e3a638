/**
 * The world of one command: what it is handed, opened when it asks for it, and closed behind it.
 *
 * @module
 */
import type { PreparedApplication, PreparedLoad } from "../core/admission/types.ts";
import type { Manager } from "../core/api.ts";
import type { CommandModule, OutputFormat } from "./command.ts";
import { importLater } from "./commands/run_later.ts";
import type { CommandContext, GlobalSettings, Host } from "./context.ts";
import type { ParsedInput } from "./parsed_input.ts";
import type { ObjectFile } from "./prepare/object_file.ts";
import type { Wish } from "./declared/wish.ts";
import type { FrontStage } from "./stages/stage.ts";

/** What a world is made of. */
export interface WorldParts {
  readonly host: Host;
  readonly settings: GlobalSettings;
  readonly format: OutputFormat;
  readonly input: ParsedInput;
  /** The command and its arguments, for messages. */
  readonly words: readonly string[];
  readonly module: CommandModule;
  /** The stage, when it is the front. */
  readonly front?: FrontStage;
  /** What the front has handed over. */
  readonly received?: PreparedLoad;
  /** What a command about applications wants. @default it is found out at the first question */
  readonly wish?: Wish;
  /** What the front has handed over for applications. */
  readonly receivedAll?: readonly PreparedApplication[];
  /** Applications that cannot be made ready, in a command that goes on without them. */
  readonly leftOut?: Map<string, Error>;
  /** Finds out what a command about applications wants. */
  readonly readWish: () => Promise<Wish>;
}

/** The world of one command; disposing it closes the manager and passes on its notices. */
export class CommandWorld implements CommandContext, AsyncDisposable {
  readonly #parts: WorldParts;
  #manager: Promise<Manager> | undefined;
  #wish: Promise<Wish> | undefined;

  constructor(parts: WorldParts) {
    this.#parts = parts;
  }

  get settings(): GlobalSettings {
    return this.#parts.settings;
  }

  get format(): OutputFormat {
    return this.#parts.format;
  }

  get words(): readonly string[] {
    return this.#parts.words;
  }

  get terminal(): Host["terminal"] {
    return this.#parts.host.terminal;
  }

  get leftOut(): Map<string, Error> | undefined {
    return this.#parts.leftOut;
  }

  env(name: string): string | undefined {
    return this.#parts.host.env(name);
  }

  manager(): Promise<Manager> {
    const { host, settings } = this.#parts;
    this.#manager ??= host.openManager(settings);
    return this.#manager;
  }

  images(options: Parameters<Host["openImages"]>[0]): ReturnType<Host["openImages"]> {
    return this.#parts.host.openImages(options);
  }

  kernel(): ReturnType<Host["openKernel"]> {
    return this.#parts.host.openKernel();
  }

  gatherFacts(...args: Parameters<Host["gatherFacts"]>): ReturnType<Host["gatherFacts"]> {
    return this.#parts.host.gatherFacts(...args);
  }

  async readObject(path: string): Promise<ObjectFile> {
    const { front, host } = this.#parts;
    const reader = front ?? host;
    if (reader.readObject !== undefined) return await reader.readObject(path);
    const { readObjectFile } = await importLater<typeof import("./prepare/object_file.ts")>(
      "../prepare/object_file.ts",
    );
    return readObjectFile(path);
  }

  async prepared(): Promise<PreparedLoad> {
    const { received, module, input } = this.#parts;
    if (received !== undefined) return received;
    if (module.prepare === undefined) throw new TypeError("Cannot prepare: there is no object");
    return await module.prepare(this, input);
  }

  wish(): Promise<Wish> {
    const { wish, readWish } = this.#parts;
    this.#wish ??= wish === undefined ? readWish() : Promise.resolve(wish);
    return this.#wish;
  }

  async preparedAll(): Promise<readonly PreparedApplication[]> {
    const { receivedAll, module, input } = this.#parts;
    if (receivedAll !== undefined) return receivedAll;
    return await module.prepareAll?.(this, input) ?? [];
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
