/**
 * Counts of new programs, from the kernel.
 *
 * @module
 */
import type { OwnedFd } from "../../../ffi/mod.ts";
import { readCounts } from "../../chain/compose/counters.ts";
import { withExplanation } from "../../kernel_errors.ts";
import type { Machine } from "../../machine.ts";
import type { StoreState } from "../../store/state.ts";
import type { ProgramId } from "../../types.ts";
import { GATE_CAPABILITIES } from "../needs.ts";
import { countExceptions, type ExceptionCounter } from "./exceptions.ts";
import { type GateSources, sourcesOf } from "./sources.ts";
import type { Counted, GateReading, GateSampler, GateSpec, GateSubject } from "./types.ts";

/** What is counted. */
export interface SamplerOptions {
  /** Rows after the links were changed. Hooks must not change while the sampler is open. */
  readonly state: StoreState;
  /** The new programs. */
  readonly subjects: readonly GateSubject[];
  /** The gate: only what it asks about is counted. */
  readonly spec: GateSpec;
}

/** A sampler that ends the kernel's counting with it. */
export interface KernelSampler extends GateSampler, Disposable {}

const NOT_XDP: Counted = { kind: "not-applicable", why: "none is an XDP program" };
const NOT_ASKED: Counted = { kind: "not-applicable", why: "the gate does not ask" };
/** Aborted packets of a program on no interface: there are none. */
const NONE: Counted = { kind: "count", count: 0n };

function unmeasured(why: string): Counted {
  return { kind: "unmeasured", why };
}

class Sampler implements KernelSampler {
  readonly #machine: Machine;
  readonly #sources: readonly GateSources[];
  readonly #programs: ReadonlyMap<ProgramId, OwnedFd>;
  readonly #exceptions: ExceptionCounter | null;
  readonly #isCounting: boolean;
  readonly #isSeeing: boolean;
  readonly #owned: DisposableStack;

  constructor(machine: Machine, { state, subjects, spec }: SamplerOptions) {
    using steps = new DisposableStack();
    const metrics = new Set(spec.conditions.map(({ metric }) => metric));
    this.#machine = machine;
    this.#sources = subjects.map((subject) => sourcesOf(state, subject));
    this.#isCounting = metrics.has("runs") || metrics.has("ns_per_run");
    this.#isSeeing = metrics.has("aborted");
    const stats = this.#isCounting ? steps.use(machine.kernel.bpf.enableStats()) : null;
    this.#programs = stats === null ? new Map() : this.#open(steps);
    const mains = [...new Set(this.#sources.flatMap(({ xdpMains }) => xdpMains ?? []))];
    this.#exceptions = this.#isSeeing && mains.length > 0
      ? steps.use(countExceptions(machine, mains))
      : null;
    this.#owned = steps.move();
  }

  /** Holds every program whose counts are read: a count must not be another program's. */
  #open(steps: DisposableStack): Map<ProgramId, OwnedFd> {
    const ids = this.#sources.flatMap(({ subject, composed }) => [
      subject.programId,
      ...composed.map(({ mainProgramId }) => mainProgramId),
    ]);
    return new Map([...new Set(ids)].flatMap((id) => {
      const program = this.#machine.kernel.bpf.openProgram(id);
      return program === null ? [] : [[id, steps.use(program)] as const];
    }));
  }

  sample(): GateReading[] {
    return this.#sources.map((sources) => ({
      ...sources.subject,
      ...this.#counts(sources),
      aborted: this.#aborted(sources),
      isChainTime: sources.composed.length > 0,
    }));
  }

  /** What the kernel counted of a program as such; null when it is gone. */
  #own(id: ProgramId): { readonly runs: bigint; readonly time: bigint } | null {
    const program = this.#programs.get(id);
    if (program === undefined) return null;
    const info = this.#machine.kernel.bpf.programInfoByFd(program.raw);
    return { runs: info.runCount, time: info.runTimeNs };
  }

  /** Runs of a program in composed chains; null when the counters may not be read. */
  #composedRuns({ composed }: GateSources): bigint | null {
    let sum = 0n;
    for (const { record, links } of composed) {
      const counts = readCounts(this.#machine, record);
      if (counts === null) return null;
      for (const link of links) sum += counts.get(link) ?? 0n;
    }
    return sum;
  }

  #counts(sources: GateSources): Pick<GateReading, "runs" | "runTime"> {
    if (!this.#isCounting) return { runs: NOT_ASKED, runTime: NOT_ASKED };
    const { subject, isRunAlone, composed, uncounted } = sources;
    if (uncounted !== null) return { runs: unmeasured(uncounted), runTime: unmeasured(uncounted) };
    const runners = [
      ...isRunAlone ? [subject.programId] : [],
      ...composed.map(({ mainProgramId }) => mainProgramId),
    ].map((id) => this.#own(id));
    const inChains = this.#composedRuns(sources);
    if (runners.includes(null) || inChains === null) {
      const why = inChains === null
        ? "the counters of its chain cannot be read"
        : "the program is gone";
      return { runs: unmeasured(why), runTime: unmeasured(why) };
    }
    const alone = isRunAlone ? this.#own(subject.programId)?.runs ?? 0n : 0n;
    const time = runners.reduce((sum, runner) => sum + (runner?.time ?? 0n), 0n);
    return {
      runs: { kind: "count", count: alone + inChains },
      runTime: { kind: "count", count: time },
    };
  }

  #aborted({ xdpMains, unseen }: GateSources): Counted {
    if (!this.#isSeeing) return NOT_ASKED;
    if (xdpMains === null) return NOT_XDP;
    if (unseen !== null) return unmeasured(unseen);
    const counter = this.#exceptions;
    if (counter === null) return NONE;
    return {
      kind: "count",
      count: xdpMains.reduce((sum, id) => sum + counter.countOf(id), 0n),
    };
  }

  [Symbol.dispose](): void {
    this.#owned.dispose();
  }
}

/**
 * Begins to count what a gate asks about.
 *
 * @param machine The machine.
 * @param options The programs and the gate.
 * @throws {BpfmanError} When the kernel does not let us count.
 */
export function openGateSampler(machine: Machine, options: SamplerOptions): KernelSampler {
  const work = { action: "Cannot watch the new programs", needs: GATE_CAPABILITIES };
  return withExplanation(machine.kernel, work, () => new Sampler(machine, options));
}
