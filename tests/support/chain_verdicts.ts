/**
 * The verdict matrix on a real chain: what the kernel's program answers, and which members ran.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { actsAlone } from "../../core/chain/verdict.ts";
import type { LinkId } from "../../core/types.ts";
import { casesOf, type MatrixCase, type Shape, shapesOf } from "./chain_matrix.ts";
import { ChainScene, type SceneOptions, STEP } from "./chain_scene.ts";
import type { Member } from "./member.ts";

/** A packet without any protocol; no member looks into it. */
const PACKET = new Uint8Array(64).fill(0x5a);

/** The programs of a chain, by position: plain ones, one that moves packets, one with a tail call. */
const PROGRAMS = ["member", "grow", "member", "jump", "member"];

/** Options of {@link checkMatrix}. */
export interface MatrixOptions extends SceneOptions {
  /** Lengths of chains, ascending. */
  readonly lengths: readonly number[];
  /** Engine that chains of two members and more must have. */
  readonly engine: string;
  /** Programs by position, without the kind. @default all sorts */
  readonly programs?: readonly string[];
}

/** A case on the scene's chain; a chain of one may be the program itself. */
interface Trial extends MatrixCase {
  readonly isAlone: boolean;
}

function checkCase(scene: ChainScene, members: readonly Member[], trial: Trial): void {
  const { returns, expected, isAlone } = trial;
  const before = members.map(({ runs }) => runs);
  for (const [at, member] of members.entries()) member.say(returns[at] ?? 0);
  const { verdict, packet } = scene.ask(PACKET);
  const ran = members.map(({ runs }, at) => (runs - (before[at] ?? 0)) / STEP);
  const words = `members return ${returns.join(", ")}`;
  // a program alone says itself what the end of a chain would say for it
  strictEqual(verdict, isAlone ? returns[0] : expected.code, words);
  deepStrictEqual(ran, members.map((_, at) => at < expected.ran ? 1 : 0), `runs, where ${words}`);
  deepStrictEqual(packet, PACKET, `the packet, where ${words}`);
}

function checkShape(scene: ChainScene, members: readonly Member[], shape: Shape): number {
  const { engine, members: rows } = scene.record().current ?? { engine: "", members: [] };
  strictEqual(rows.length, shape.proceedOn.length);
  const isAlone = engine === "direct";
  if (isAlone) ok(actsAlone(scene.kind, shape.proceedOn[0] ?? []), shape.name);
  const cases = casesOf(scene.kind, shape);
  for (const one of cases) checkCase(scene, members, { ...one, isAlone });
  return cases.length;
}

/**
 * Runs the matrix.
 *
 * @returns How many combinations were checked.
 */
export async function checkMatrix(t: Deno.TestContext, options: MatrixOptions): Promise<number> {
  const { lengths, programs = PROGRAMS } = options;
  await using scene = await ChainScene.make(options);
  const most = Math.max(...lengths);
  const names = Array.from({ length: most }, (_, at) => programs[at % programs.length] ?? "");
  const members = await scene.load(...names);
  const links: LinkId[] = [];
  let count = 0;
  for (const length of lengths) {
    for (const { programId } of members.slice(links.length, length)) {
      const { record } = await scene.attach(programId, { priority: 50 });
      links.push(record.id);
    }
    for (const shape of shapesOf(options.kind, [length])) {
      await t.step(shape.name, async () => {
        await scene.arrange(new Map(links.map((id, at) => [id, shape.proceedOn[at] ?? []])));
        const engine = scene.record().current?.engine;
        if (length > 1) strictEqual(engine, options.engine);
        count += checkShape(scene, members.slice(0, length), shape);
      });
    }
  }
  return count;
}
