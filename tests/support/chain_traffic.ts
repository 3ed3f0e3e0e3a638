/**
 * Swaps under traffic: a gate that is in every version of a chain sees each packet once, whatever
 * comes and goes around it.
 *
 * @module
 */
import { strictEqual } from "node:assert/strict";
import type { LinkId } from "../../core/types.ts";
import { ChainScene, type SceneOptions, STEP } from "./chain_scene.ts";
import type { Member } from "./member.ts";
import { must } from "./must.ts";
import { Random } from "./random.ts";
import { Traffic, type TrafficReport } from "./traffic.ts";

/** Priority of the gate; the others take those around it. */
const GATE = 4;
const PRIORITIES = 9;

/** Options of {@link swapUnderTraffic}. */
export interface SwapOptions extends SceneOptions {
  readonly swaps: number;
  /** Goes on with swaps until so many packets were sent. @default 0 */
  readonly packets?: number;
}

/** What the swaps did to the traffic. */
export interface SwapReport extends TrafficReport {
  readonly swaps: number;
  /** Milliseconds of each swap. */
  readonly milliseconds: readonly number[];
  /** Packets that the gate saw, and those that it dropped. */
  readonly seen: number;
  readonly refused: number;
  /** Engine at the end. */
  readonly engine: string;
}

/** Members around the gate, of which some are on the chain. */
class Crowd {
  readonly #scene: ChainScene;
  readonly #random = new Random(1);
  readonly #idle: Member[];
  readonly #busy = new Map<LinkId, Member>();

  constructor(scene: ChainScene, members: readonly Member[]) {
    this.#scene = scene;
    this.#idle = [...members];
  }

  /** Attaches, detaches or moves one of them. */
  async swap(): Promise<void> {
    const choice = this.#random.below(3);
    const priority = this.#random.below(PRIORITIES);
    const linkId = this.#random.pick([...this.#busy.keys()]);
    if (linkId === undefined || (choice === 0 && this.#idle.length > 0)) {
      const member = must(this.#idle.shift(), "idle member");
      const { record } = await this.#scene.attach(member.programId, { priority });
      this.#busy.set(record.id, member);
    } else if (choice === 1) {
      await this.#scene.manager.detach(linkId);
      this.#idle.push(must(this.#busy.get(linkId), "member"));
      this.#busy.delete(linkId);
    } else {
      await this.#scene.update({ linkId, priority });
    }
  }
}

/** Changes a chain again and again while packets flow, and accounts for every packet. */
export async function swapUnderTraffic(options: SwapOptions): Promise<SwapReport> {
  await using scene = await ChainScene.make(options);
  const [gate, ...others] = await scene.load("gate", "member", "grow", "member");
  const guard = must(gate, "gate");
  await scene.attach(guard.programId, { priority: GATE });
  const crowd = new Crowd(scene, others);
  const milliseconds: number[] = [];
  await using traffic = await Traffic.start(scene.wire);
  while (milliseconds.length < options.swaps || guard.runs / STEP < (options.packets ?? 0)) {
    const start = performance.now();
    await crowd.swap();
    milliseconds.push(performance.now() - start);
    // the sender's process runs on the other side of an await that takes no time
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const report = await traffic.stop();
  return {
    ...report,
    swaps: milliseconds.length,
    milliseconds,
    seen: guard.runs / STEP,
    refused: guard.refused / STEP,
    engine: scene.record().current?.engine ?? "",
  };
}

/** Every packet met exactly one chain, and each chain had the gate. */
export function checkTraffic(report: SwapReport): void {
  const { sent, lost, unfiltered, doubled, seen, refused } = report;
  strictEqual(lost, 0, `${lost} of ${sent} packets lost`);
  strictEqual(unfiltered, 0, `${unfiltered} of ${sent} packets unfiltered`);
  strictEqual(doubled, 0, `${doubled} of ${sent} packets doubled`);
  strictEqual(seen, sent, "packets that the gate saw");
  strictEqual(refused, sent / 2, "packets that the gate dropped");
}
