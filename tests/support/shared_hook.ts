/**
 * The libxdp engine at work on an interface that it shares, without a manager.
 *
 * @module
 */
import type { ChainSpec, SharedAfter, SharedBefore } from "../../core/chain/engine.ts";
import { libxdpEngine } from "../../core/chain/libxdp/engine.ts";
import type { ChainHook } from "../../core/chain/model.ts";
import type { SeatedChain } from "../../core/chain/record.ts";
import type { LinkId } from "../../core/types.ts";
import type { EngineStage } from "./engine_stage.ts";
import { must } from "./must.ts";
import { SharedInterface } from "./shared_interface.ts";

/** A member's place. */
export interface Place {
  readonly member: { readonly programId: number };
  readonly priority: number;
  readonly proceedOn: readonly number[];
}

/** The interface and what we have on it. */
export class SharedHook implements AsyncDisposable {
  readonly hook: ChainHook;
  readonly interface: SharedInterface;
  /** What we wrote down of our chain. */
  current: SeatedChain | null = null;
  readonly #stage: EngineStage;

  private constructor(stage: EngineStage, shared: SharedInterface) {
    this.#stage = stage;
    this.interface = shared;
    const { name, ifindex } = shared;
    const nsid = stage.machine.kernel.network.namespaceId(null);
    this.hook = { kind: "xdp", interface: name, ifindex, nsid, netns: null };
  }

  /** Makes the interface. */
  static async make(stage: EngineStage): Promise<SharedHook> {
    return new SharedHook(stage, await SharedInterface.make());
  }

  /** A chain whose links are numbered by the order of the places. */
  specOf(places: readonly Place[]): ChainSpec {
    const members = places.map(({ member, priority, proceedOn }, at) => ({
      linkId: at + 1,
      programId: member.programId,
      priority,
      proceedOn: proceedOn.toSorted((a, b) => a - b),
    }));
    return { hook: this.hook, members, mode: this.current?.mode ?? null };
  }

  /** Applies a chain and remembers nothing. */
  applyTo(places: readonly Place[], before: SharedBefore): SharedAfter | null {
    return libxdpEngine.apply(this.#stage.context, this.specOf(places), before);
  }

  /** Applies a chain and remembers it. */
  apply(places: readonly Place[]): void {
    const spec = this.specOf(places);
    const before = { current: this.current, foreign: this.foreignIds() };
    const after = libxdpEngine.apply(this.#stage.context, spec, before);
    this.current = after === null ? null : {
      revision: 1,
      choice: "libxdp",
      engine: "libxdp",
      reason: "",
      members: spec.members,
      isModeForced: false,
      ...after,
    };
  }

  /** Kernel ids of the programs of others. */
  foreignIds(): number[] {
    return libxdpEngine.foreign(this.#stage.machine, this.hook, this.current)
      .map(({ programId }) => programId);
  }

  /** Links of ours whose programs are there. */
  seated(): LinkId[] {
    return libxdpEngine.seated(this.#stage.machine, this.hook, must(this.current, "chain"));
  }

  /** Kernel ids of our programs in the dispatcher, by link. */
  programs(): number[] {
    const seat = must(this.current, "chain").seat;
    return seat.kind === "libxdp" ? seat.programs.map((one) => one.kernelProgramId) : [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.interface[Symbol.asyncDispose]();
  }
}
