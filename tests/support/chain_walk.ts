/**
 * Random changes of a chain, with a plain list beside it that says what the chain must be.
 *
 * @module
 */
import type { ChainMember } from "../../core/chain/model.ts";
import { inOrder } from "../../core/chain/order.ts";
import { namedCodes } from "./chain_matrix.ts";
import type { ChainScene } from "./chain_scene.ts";
import type { Member } from "./member.ts";
import { must } from "./must.ts";
import type { Random } from "./random.ts";

const PRIORITIES = 4;

/** A chain that is changed at random. Each program is on it at most once. */
export class Walk {
  readonly #scene: ChainScene;
  readonly #random: Random;
  readonly #pool: readonly Member[];
  #members: ChainMember[] = [];

  constructor(scene: ChainScene, pool: readonly Member[], random: Random) {
    this.#scene = scene;
    this.#pool = pool;
    this.#random = random;
  }

  /** The members as they must be now, in the order in which they run. */
  get members(): ChainMember[] {
    return inOrder(this.#members);
  }

  #place(): Pick<ChainMember, "priority" | "proceedOn"> {
    const proceedOn = this.#random.some(namedCodes(this.#scene.kind)).toSorted((a, b) => a - b);
    return { priority: this.#random.below(PRIORITIES), proceedOn };
  }

  async #attach(): Promise<string> {
    const used = new Set(this.#members.map(({ programId }) => programId));
    const free = this.#pool.filter(({ programId }) => !used.has(programId));
    const { programId } = must(this.#random.pick(free), "free program");
    const place = this.#place();
    const { record } = await this.#scene.attach(programId, place);
    this.#members.push({ linkId: record.id, programId, ...place });
    return `attach ${programId} at ${place.priority}`;
  }

  async #detach(): Promise<string> {
    const { linkId } = must(this.#random.pick(this.#members), "member");
    await this.#scene.manager.detach(linkId);
    this.#members = this.#members.filter((member) => member.linkId !== linkId);
    return `detach ${linkId}`;
  }

  /** Changes one or two members in one swap. */
  async #update(): Promise<string> {
    const chosen = this.#random.some(this.#members).slice(0, 2);
    const changes = new Map(chosen.map(({ linkId }) => [linkId, this.#place()]));
    await this.#scene.update(...[...changes].map(([linkId, place]) => ({ linkId, ...place })));
    this.#members = this.#members.map((member) => ({ ...member, ...changes.get(member.linkId) }));
    return `update ${[...changes.keys()].join(", ")}`;
  }

  /** Makes one change; returns what it did. */
  step(): Promise<string> {
    const { length } = this.#members;
    if (length === 0) return this.#attach();
    const choice = this.#random.below(4);
    if (choice < 2) return length < this.#pool.length ? this.#attach() : this.#detach();
    return choice === 2 ? this.#detach() : this.#update();
  }
}
