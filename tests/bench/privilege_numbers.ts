/**
 * For how long a command that loads has privileges in effect, by its own account and by that of
 * others which have them from start to end.
 *
 * @module
 */
import { FIXTURES, NAMES } from "./groups.ts";
import { measureTold, type Sample } from "./measure.ts";
import type { GroupOptions } from "./subject.ts";
import { BPFMAN, run, type Workshop } from "./workshop.ts";

const OBJECT = `${FIXTURES}/xdp_counter.bpf.o`;
const PROGRAM = "xdp:xdp_count";
const WARM_UP_ROUNDS = 2;

/** What `--timing -o json` tells. */
export interface Timing {
  readonly startMs: number;
  readonly frontMs: number;
  readonly loaderMs: number;
  /** Milliseconds in effect in the loader, by capability. */
  readonly heldMs: ReadonlyMap<string, number>;
}

/** One run of a command that has stages. */
export interface StagedSample {
  readonly sample: Sample;
  readonly timing: Timing;
}

/** What came out of the rounds; the same index is the same round. */
export interface PrivilegeNumbers {
  readonly staged: ReadonlyMap<string, readonly StagedSample[]>;
  /** Commands with all capabilities from start to end. */
  readonly whole: ReadonlyMap<string, readonly Sample[]>;
}

/** Names of what is compared. */
export const PRIVILEGE_NAMES = {
  load: "`load file`",
  run: "`run … xdp`",
  oneProcess: "the library, one process",
  bpftool: NAMES.bpftoolLoad,
} as const;

interface TimingText {
  readonly timing: {
    readonly start: readonly { readonly ms: number }[];
    readonly front: readonly { readonly ms: number }[];
    readonly loader: readonly { readonly ms: number }[];
    readonly capabilities: readonly { readonly capability: string; readonly held_ms: number }[];
  };
}

/**
 * Reads what `--timing -o json` wrote to standard error.
 *
 * @throws {Error} When it tells of no loader, or of none that had CAP_BPF.
 */
export function parseTiming(stderr: string): Timing {
  const line = stderr.split("\n").find((text) => text.startsWith('{"timing":'));
  if (line === undefined) throw new Error(`Cannot find the times in "${stderr}"`);
  const { timing }: TimingText = JSON.parse(line);
  const sum = (phases: readonly { readonly ms: number }[]): number =>
    phases.reduce((total, { ms }) => total + ms, 0);
  const heldMs = new Map(timing.capabilities.map((held) => [held.capability, held.held_ms]));
  const times = {
    startMs: sum(timing.start),
    frontMs: sum(timing.front),
    loaderMs: sum(timing.loader),
    heldMs,
  };
  const isWhole = [times.startMs, times.frontMs, times.loaderMs, heldMs.get("CAP_BPF")]
    .every((ms) => ms !== undefined && ms > 0);
  if (!isWhole) throw new Error(`Cannot use the times "${line}": a stage or CAP_BPF is missing`);
  return times;
}

/** Makes sure that the process had CAP_BPF in effect all the time. */
function checkWhole(stderr: string): void {
  const { first, last } = JSON.parse(stderr.trim().split("\n").at(-1) ?? "");
  if (first === true && last === true) return;
  throw new Error("Cannot compare: the one process did not have CAP_BPF from start to end");
}

/** What runs in each round. */
class PrivilegeRounds {
  readonly #workshop: Workshop;
  readonly #staged = new Map<string, StagedSample[]>();
  readonly #whole = new Map<string, Sample[]>();

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  get numbers(): PrivilegeNumbers {
    return { staged: this.#staged, whole: this.#whole };
  }

  async measure(isCounted: boolean): Promise<void> {
    const { load, run: runName, oneProcess, bpftool } = PRIVILEGE_NAMES;
    const results = {
      staged: [[load, await this.#load()], [runName, await this.#run()]],
      whole: [[oneProcess, await this.#oneProcess()], [bpftool, await this.#bpftool()]],
    } as const;
    if (!isCounted) return;
    for (const [name, sample] of results.staged) keep(this.#staged, name, sample);
    for (const [name, sample] of results.whole) keep(this.#whole, name, sample);
  }

  async #load(): Promise<StagedSample> {
    const { env } = this.#workshop.runtime("privileges");
    const words = ["load", "file", OBJECT, "--programs", PROGRAM, "--timing", "-o", "json"];
    const { sample, stderr } = await measureTold([...BPFMAN, ...words], { env });
    return { sample, timing: parseTiming(stderr) };
  }

  async #run(): Promise<StagedSample> {
    const { netns } = this.#workshop;
    const runtime = this.#workshop.runtime("privileges-run");
    const { env } = runtime;
    const place = ["--iface", "bench0", "--timing", "-o", "json"];
    const words = [...BPFMAN, "run", OBJECT, "--programs", PROGRAM, ...place];
    const { sample, stderr } = await measureTold(words, { env, netns });
    const inside = ["nsenter", `--net=${netns}`, ...BPFMAN];
    await run([...inside, "unload", ...await runtime.ids("programs")], env);
    return { sample, timing: parseTiming(stderr) };
  }

  async #oneProcess(): Promise<Sample> {
    const { env } = this.#workshop.runtime("privileges-one");
    const script = [Deno.execPath(), "run", "-A", "tests/bench/one_process.ts"];
    const words = [OBJECT, ...PROGRAM.split(":"), env["BPFMAN_RUNTIME_DIR"] ?? ""];
    const { sample, stderr } = await measureTold([...script, ...words]);
    checkWhole(stderr);
    return sample;
  }

  async #bpftool(): Promise<Sample> {
    const pin = `${this.#workshop.pins}/privileges`;
    const { sample } = await measureTold(["bpftool", "prog", "load", OBJECT, pin]);
    Deno.removeSync(pin);
    return sample;
  }
}

function keep<T>(lists: Map<string, T[]>, name: string, item: T): void {
  lists.set(name, [...lists.get(name) ?? [], item]);
}

/** Measures, all commands once in each round. */
export async function measurePrivilegeRounds(
  workshop: Workshop,
  { rounds, signal }: GroupOptions,
): Promise<PrivilegeNumbers> {
  const work = new PrivilegeRounds(workshop);
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    signal.throwIfAborted();
    await work.measure(round >= 0);
  }
  return work.numbers;
}
