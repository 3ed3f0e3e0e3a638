/**
 * Makes random changes for a time, and tells which of them were done:
 *
 *     deno run -A contention_child.ts RUNTIME-DIR OBJECT FUNCTION SEED MILLISECONDS
 *
 * @module
 */
import type { Manager } from "../../core/api.ts";
import { openManager } from "../../core/manager.ts";
import type { LinkId, ProgramId } from "../../core/types.ts";
import { openKernel } from "../../ffi/mod.ts";
import { Random } from "./random.ts";

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

/** Tracepoints that hardly ever happen. */
const NAMES = ["sys_enter_swapoff", "sys_enter_acct", "sys_enter_quotactl", "sys_enter_swapon"];

class Worker {
  readonly #manager: Manager;
  readonly #load: () => Promise<ProgramId>;
  readonly #random: Random;
  readonly #programs = new Map<ProgramId, Map<string, LinkId>>();
  readonly made: LinkId[] = [];
  readonly waits: number[] = [];

  constructor(manager: Manager, load: () => Promise<ProgramId>, random: Random) {
    this.#manager = manager;
    this.#load = load;
    this.#random = random;
  }

  /** Makes one change. */
  async step(): Promise<void> {
    const started = performance.now();
    await this.#change();
    this.waits.push(performance.now() - started);
  }

  async #change(): Promise<void> {
    const [id, links] = [...this.#programs][this.#random.below(this.#programs.size || 1)] ?? [];
    if (id === undefined || links === undefined || this.#random.below(6) === 0) {
      if (this.#programs.size < 3) return void this.#programs.set(await this.#load(), new Map());
    }
    if (id === undefined || links === undefined) return;
    if (this.#random.below(8) === 0) {
      await this.#manager.unload(id);
      this.#programs.delete(id);
      return;
    }
    const name = NAMES[this.#random.below(NAMES.length)] ?? "";
    const link = links.get(name);
    if (link === undefined) {
      const target = { kind: "tracepoint", group: "syscalls", name } as const;
      const { record } = await this.#manager.attach({ programId: id, target });
      links.set(name, record.id);
      this.made.push(record.id);
    } else {
      await this.#manager.detach(link);
      links.delete(name);
    }
  }

  /** What it did. */
  report(): Worked {
    return {
      programs: [...this.#programs.keys()],
      made: this.made,
      links: [...this.#programs.values()].flatMap((links) => [...links.values()]),
      waits: this.waits,
    };
  }
}

async function main(args: readonly string[]): Promise<void> {
  const [runtimeDirectory = "", path = "", name = "", seed, milliseconds] = args;
  await using manager = await openManager({
    kernel: openKernel(),
    runtimeDirectory,
    lockTimeoutMs: 300_000,
  });
  const load = async () => {
    const [view] = await manager.load({ path, programs: [{ type: "tracepoint", name }] });
    if (view === undefined) throw new TypeError("Cannot load: nothing came back");
    return view.record.programId;
  };
  const worker = new Worker(manager, load, new Random(Number(seed)));
  const end = performance.now() + Number(milliseconds);
  while (performance.now() < end) await worker.step();
  console.log(JSON.stringify(worker.report()));
}

if (import.meta.main) await main(Deno.args);
