/**
 * One of many who change a runtime directory at random, and remember what they were told.
 *
 * @module
 */
import type { Random } from "./random.ts";

/** What a worker did. */
export interface Worked {
  /** Programs that it loaded and left. */
  readonly programs: readonly number[];
  /** Every link that it made. */
  readonly made: readonly number[];
  /** Links that it left. */
  readonly links: readonly number[];
  /** How long each change took from the call to its end, milliseconds. */
  readonly waits: readonly number[];
}

/** How changes are made. */
export interface Changes {
  /** Loads a program; gives its id. */
  load(): Promise<number>;
  /** Attaches it to a tracepoint; gives the link. */
  attach(programId: number, tracepoint: string): Promise<number>;
  detach(link: number): Promise<void>;
  unload(programId: number): Promise<void>;
  /** Puts a new version in the place of a program; gives its id. The links stay. */
  replace(programId: number): Promise<number>;
}

/** Tracepoints that hardly ever happen. */
const NAMES = ["sys_enter_swapoff", "sys_enter_acct", "sys_enter_quotactl", "sys_enter_swapon"];
const MOST_PROGRAMS = 3;

/** Changes things at random. */
export class Worker {
  readonly #changes: Changes;
  readonly #random: Random;
  readonly #programs = new Map<number, Map<string, number>>();
  readonly #made: number[] = [];
  readonly #waits: number[] = [];

  constructor(changes: Changes, random: Random) {
    this.#changes = changes;
    this.#random = random;
  }

  /** Makes one change. */
  async step(): Promise<void> {
    const started = performance.now();
    await this.#change();
    this.#waits.push(performance.now() - started);
  }

  async #change(): Promise<void> {
    const { size } = this.#programs;
    const [id, links] = [...this.#programs][this.#random.below(size || 1)] ?? [];
    const wantsMore = this.#random.below(6) === 0 && size < MOST_PROGRAMS;
    if (id === undefined || links === undefined || wantsMore) {
      this.#programs.set(await this.#changes.load(), new Map());
      return;
    }
    const choice = this.#random.below(10);
    if (choice > 1) return await this.#turn(id, links);
    if (choice === 0) await this.#changes.unload(id);
    else this.#programs.set(await this.#changes.replace(id), links);
    this.#programs.delete(id);
  }

  /** Attaches where it is not attached, and detaches where it is. */
  async #turn(id: number, links: Map<string, number>): Promise<void> {
    const name = NAMES[this.#random.below(NAMES.length)] ?? "";
    const link = links.get(name);
    if (link === undefined) {
      const made = await this.#changes.attach(id, name);
      links.set(name, made);
      this.#made.push(made);
    } else {
      await this.#changes.detach(link);
      links.delete(name);
    }
  }

  /** What it did. */
  report(): Worked {
    return {
      programs: [...this.#programs.keys()],
      made: this.#made,
      links: [...this.#programs.values()].flatMap((links) => [...links.values()]),
      waits: this.#waits,
    };
  }
}
