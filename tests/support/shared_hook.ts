/**
 * An interface that this process and xdp-loader share: libxdp is used in one's own network namespace
 * only, so that the interface is in that of the test, with a random name and nothing on the wire.
 *
 * @module
 */
import type { ChainSpec, SharedAfter, SharedBefore } from "../../core/chain/engine.ts";
import { readDispatcher } from "../../core/chain/libxdp/dispatcher.ts";
import { libxdpEngine } from "../../core/chain/libxdp/engine.ts";
import type { ChainHook } from "../../core/chain/model.ts";
import type { SeatedChain } from "../../core/chain/record.ts";
import type { LinkId } from "../../core/types.ts";
import type { EngineStage } from "./engine_stage.ts";
import { must, mustRun } from "./must.ts";
import { openProgram, testRun } from "./raw_objects.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url).pathname;
const PINS = "/sys/fs/bpf/xdp";
const PACKET = new Uint8Array(64);

/** A member's place. */
export interface Place {
  readonly member: { readonly programId: number };
  readonly priority: number;
  readonly proceedOn: readonly number[];
}

/** A line of `xdp-loader status`. */
export interface StatusRow {
  readonly priority: number;
  readonly name: string;
  readonly id: number;
  readonly actions: string;
}

/** The interface and what we have on it. */
export class SharedHook implements AsyncDisposable {
  readonly hook: ChainHook;
  /** What we wrote down of our chain. */
  current: SeatedChain | null = null;
  readonly #stage: EngineStage;
  #isPresent = true;

  private constructor(stage: EngineStage, hook: ChainHook) {
    this.#stage = stage;
    this.hook = hook;
  }

  /** Makes the interface. */
  static async make(stage: EngineStage): Promise<SharedHook> {
    const suffix = crypto.randomUUID().slice(0, 6);
    const [name, peer] = [`sh${suffix}a`, `sh${suffix}b`];
    await mustRun("ip", ["link", "add", name, "type", "veth", "peer", "name", peer]);
    for (const end of [name, peer]) {
      const path = `/proc/sys/net/ipv6/conf/${end}/disable_ipv6`;
      await mustRun("sh", ["-c", `if [ -e ${path} ]; then echo 1 > ${path}; fi`]);
      await mustRun("ip", ["link", "set", end, "up"]);
    }
    const { network } = stage.machine.kernel;
    const place = { ifindex: network.indexOf(name), nsid: network.namespaceId(null), netns: null };
    return new SharedHook(stage, { kind: "xdp", interface: name, ...place });
  }

  get ifindex(): number {
    return this.hook.ifindex;
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

  /** Lets xdp-loader load a program of a fixture. */
  async loadForeign(object: string, name: string, priority: number): Promise<void> {
    const path = `${FIXTURES}${object}.bpf.o`;
    const place = ["-P", String(priority), "-n", name];
    await mustRun("xdp-loader", ["load", "-m", "native", ...place, this.hook.interface, path]);
  }

  /** Lets xdp-loader unload one of its programs. */
  async unloadForeign(id: number): Promise<void> {
    await mustRun("xdp-loader", ["unload", this.hook.interface, "--id", String(id)]);
  }

  /** What xdp-loader says is there, in the order in which it runs. */
  async status(): Promise<StatusRow[]> {
    const text = await mustRun("xdp-loader", ["status", this.hook.interface]);
    return text.split("\n").map((line) =>
      /^ =>\s+(\d+)\s+(\S+)\s+(\d+)\s+[0-9a-f]+\s+(\S*)/.exec(line)
    ).filter((found) => found !== null).map(([, priority, name, id, actions]) => ({
      priority: Number(priority),
      name: name ?? "",
      id: Number(id),
      actions: actions ?? "",
    }));
  }

  /** Sends one packet through whatever is there; returns the verdict. */
  send(): number {
    const there = must(readDispatcher(this.#stage.machine, this.ifindex), "dispatcher");
    using main = openProgram(there.mainProgramId);
    return testRun(main, PACKET).verdict;
  }

  /** Folders of pins that libxdp has for the interface. */
  pinFolders(): string[] {
    const { files } = this.#stage.machine.kernel;
    return files.list(PINS).filter((name) => name.startsWith(`dispatch-${this.ifindex}-`));
  }

  /** Removes the interface, and with it the pair. */
  async remove(): Promise<void> {
    if (!this.#isPresent) return;
    this.#isPresent = false;
    await mustRun("ip", ["link", "del", this.hook.interface]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isPresent) {
      const there = readDispatcher(this.#stage.machine, this.ifindex);
      const name = this.hook.interface;
      if (there !== null) await mustRun("xdp-loader", ["unload", name, "--all"]);
    }
    await this.remove();
  }
}
