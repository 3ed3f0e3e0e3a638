/**
 * However a chain came to be, it is what attaching its members afresh would make.
 *
 * @module
 */
import { deepStrictEqual } from "node:assert/strict";
import { ChainScene, type SceneOptions } from "./chain_scene.ts";
import { chainState, expectTrial, tryChain } from "./chain_state.ts";
import { Random } from "./random.ts";
import { Walk } from "./chain_walk.ts";

/** Sorts of programs that walk. */
const POOL = ["member", "grow", "member", "member", "member"];
const TRIALS = 10;

/** Options of {@link checkWalk}. */
export interface WalkOptions extends SceneOptions {
  readonly seed: number;
  readonly steps: number;
}

/** Checks that the chain is the one of the plain list, and behaves so. */
function checkNow(
  scene: ChainScene,
  walk: Walk,
  { members, random, words }: Parameters<typeof tryChain>[2] & { readonly words: string },
): void {
  const order = walk.members;
  const state = chainState(scene);
  const rows = state?.members.map(({ programId }) => programId) ?? [];
  deepStrictEqual(rows, order.map(({ programId }) => programId), words);
  if (order.length === 0) return;
  for (let trial = 0; trial < TRIALS; trial++) {
    const seen = tryChain(scene, order, { members, random });
    deepStrictEqual(seen, expectTrial(scene, order, seen), words);
  }
}

/** Changes a chain at random, then makes the same chain afresh elsewhere and compares the two. */
export async function checkWalk({ seed, steps, ...options }: WalkOptions): Promise<void> {
  const random = new Random(seed);
  await using scene = await ChainScene.make(options);
  const pool = await scene.load(...POOL);
  const members = new Map(pool.map((member) => [member.programId, member]));
  const walk = new Walk(scene, pool, random);
  const done: string[] = [];
  for (let step = 0; step < steps || walk.members.length === 0; step++) {
    done.push(await walk.step());
    checkNow(scene, walk, { members, random, words: `seed ${seed}: ${done.join("; ")}` });
  }
  await using elsewhere = await scene.sibling();
  // the age of links decides between members of one priority
  for (const { programId, ...place } of walk.members.toSorted((a, b) => a.linkId - b.linkId)) {
    await elsewhere.attach(programId, place);
  }
  deepStrictEqual(chainState(scene), chainState(elsewhere), `seed ${seed}: ${done.join("; ")}`);
  checkNow(elsewhere, walk, { members, random, words: `seed ${seed}, afresh` });
  for (const { linkId } of walk.members) await scene.manager.detach(linkId);
  deepStrictEqual(chainState(scene), null, "the hook after the last detach");
}
