/**
 * Where the chapters play: a runtime directory, a network, and what was loaded and attached.
 *
 * @module
 */
import {
  checkReadings,
  type Counter,
  readCounters,
  type Reading,
  renderReadings,
} from "./counters.ts";
import type { Made } from "./inventory.ts";
import type { Network } from "./network.ts";
import { DemoFailure } from "./failure.ts";
import type { Shelf } from "./shelf.ts";
import type { Shell } from "./shell.ts";

/** A program that the demo has loaded. */
export interface LoadedProgram {
  readonly id: number;
  readonly name: string;
  /** Folder of the pins of its maps. */
  readonly mapFolder: string;
}

/** A link that the demo has made. */
export interface AttachedLink {
  readonly id: number;
  readonly kernelId: number;
  readonly program: LoadedProgram;
}

/** What to load. */
export interface LoadOptions {
  /** Name of a fixture. */
  readonly object: string;
  readonly type: string;
  readonly name: string;
  /** Further words of the command. @default none */
  readonly words?: readonly string[];
}

/** What to watch while there is traffic. */
export interface WatchOptions {
  readonly program: LoadedProgram;
  readonly counters: readonly Counter[];
  /** Makes something to count. */
  readonly traffic: () => Promise<void>;
}

/** Arguments of {@link Stage}. */
export interface StageOptions {
  readonly shell: Shell;
  readonly shelf: Shelf;
  readonly network: Network;
  /** Label of the demo's programs. */
  readonly application: string;
  readonly runtimeDirectory: string;
}

interface LoadOutput {
  readonly programs: readonly {
    readonly record: {
      readonly program_id: number;
      readonly load: { readonly image_source: { readonly digest: string } | null };
    };
    readonly status: { readonly map_dir: string };
  }[];
}

interface AttachOutput {
  readonly record: { readonly id: number; readonly kernel_link_id: number };
}

/** Number of packets of one ping. */
export const PINGS = 10;

/** The kernel keeps 15 characters of a function's name. */
const KERNEL_NAME_LENGTH = 15;

/** What the chapters share. */
export class Stage {
  readonly shell: Shell;
  readonly network: Network;
  readonly application: string;
  readonly runtimeDirectory: string;
  readonly #shelf: Shelf;
  /** In the order in which they were loaded. */
  readonly programs: LoadedProgram[] = [];
  /** In the order in which they were made. */
  readonly links: AttachedLink[] = [];
  /** Names of all functions that were to be loaded, also of loads that were interrupted. */
  readonly functionNames: string[] = [];
  /** Every counter that was watched. */
  readonly readings: Reading[] = [];

  constructor({ shell, shelf, network, application, runtimeDirectory }: StageOptions) {
    this.shell = shell;
    this.#shelf = shelf;
    this.network = network;
    this.application = application;
    this.runtimeDirectory = runtimeDirectory;
  }

  /** Loads one program of a fixture, out of its image. */
  async load({ object, type, name, words = [] }: LoadOptions): Promise<LoadedProgram> {
    const image = await this.#shelf.imageOf(object);
    this.functionNames.push(name);
    const text = await this.shell.bpfman([
      ...["load", "image", image, "--programs", `${type}:${name}`],
      ...["--application", this.application, ...words, "--key", this.#shelf.publicKey],
      ...["-o", "json"],
    ], { isOutputShown: false });
    const output: LoadOutput = JSON.parse(text);
    const loaded = output.programs.map(({ record, status }) => ({
      id: record.program_id,
      name,
      mapFolder: status.map_dir,
    }));
    this.programs.push(...loaded);
    const [program] = loaded;
    if (program === undefined) throw new TypeError('Cannot go on: "load image" printed no program');
    this.shell.say(`  -> program ${program.id}, "${name}" of ${this.#digestOf(output)}`);
    return program;
  }

  /** The image that the program came from, as far as a reader can tell it from others. */
  #digestOf({ programs: [program] }: LoadOutput): string {
    const digest = program?.record.load.image_source?.digest;
    if (digest !== undefined) return `image ${digest.slice(0, "sha256:".length + 12)}`;
    throw new DemoFailure("A program was loaded that came from no image");
  }

  /** Attaches a program; `words` are those after the program's id. */
  async attach(program: LoadedProgram, words: readonly string[]): Promise<AttachedLink> {
    const text = await this.shell.bpfman(
      ["attach", String(program.id), ...words, "-o", "json"],
      { isOutputShown: false },
    );
    const { record }: AttachOutput = JSON.parse(text);
    const link = { id: record.id, kernelId: record.kernel_link_id, program };
    this.links.push(link);
    this.shell.say(`  -> link ${link.id} of program ${program.id}`);
    return link;
  }

  /** Pings the server from the client. */
  async ping(): Promise<void> {
    const { client, server } = this.network;
    await this.shell.run([
      ...["ip", "netns", "exec", client.namespace],
      ...["ping", "-q", "-c", String(PINGS), "-i", "0.05", "-W", "30", server.address],
    ]);
  }

  /** Reads counters before and after traffic, shows them, and fails when one stands still. */
  async watch({ program, counters, traffic }: WatchOptions): Promise<void> {
    const before = await readCounters(this.shell, program.mapFolder, counters);
    await traffic();
    const after = await readCounters(this.shell, program.mapFolder, counters);
    const readings = counters.map(({ label, atLeast, isStill = false }, index) => ({
      label,
      before: before[index] ?? NaN,
      after: after[index] ?? NaN,
      atLeast,
      ...(isStill ? { isStill } : {}),
    }));
    this.shell.say(renderReadings(readings));
    this.readings.push(...readings);
    checkReadings(readings);
  }

  /** The public key of whoever signed the images. */
  get publicKey(): string {
    return this.#shelf.publicKey;
  }

  /** The signed image of a fixture. */
  imageOf(object: string): Promise<string> {
    return this.#shelf.imageOf(object);
  }

  /** Folder of the images. */
  get imageFolder(): string {
    return this.#shelf.folder;
  }

  /** Everything that must be gone at the end. */
  made(runtimeDirectory: string | undefined): Made {
    const { client, server } = this.network;
    return {
      programIds: this.programs.map(({ id }) => id),
      kernelLinkIds: this.links.map(({ kernelId }) => kernelId),
      functionNames: this.functionNames.map((name) => name.slice(0, KERNEL_NAME_LENGTH)),
      namespaces: [client.namespace, server.namespace],
      directories: [
        this.#shelf.folder,
        ...(runtimeDirectory === undefined ? [] : [runtimeDirectory]),
      ],
    };
  }
}
