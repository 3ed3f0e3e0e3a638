/**
 * The verdict matrix on a real chain: what the kernel's program answers, and which members ran.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { actsAlone } from "../../core/chain/verdict.ts";
import type { Fd } from "../../ffi/fd.ts";
import type { LinkId } from "../../core/types.ts";
import { casesOf, type MatrixCase, type Shape, shapesOf } from "./chain_matrix.ts";
import { ChainScene, type SceneOptions, STEP } from "./chain_scene.ts";
import type { Member } from "./member.ts";
import { testRun } from "./raw_objects.ts";

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

/** A chain on its hook, with what was seen of it last: a test reads nothing twice. */
interface Bench {
  /** The program that the hook calls. */
  readonly main: Fd;
  /** True when that is the only member itself. */
  readonly isAlone: boolean;
  readonly members: readonly Member[];
  readonly runs: number[];
}

function checkCase(bench: Bench, { returns, expected }: MatrixCase): void {
  const { main, isAlone, members, runs } = bench;
  for (const [at, member] of members.entries()) member.say(returns[at] ?? 0);
  const { verdict, packet } = testRun(main, PACKET);
  const after = members.map((member) => member.runs);
  const ran = after.map((count, at) => (count - (runs[at] ?? 0)) / STEP);
  bench.runs.splice(0, runs.length, ...after);
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
  using main = scene.openMain();
  const bench = { main, isAlone, members, runs: members.map((member) => member.runs) };
  const cases = casesOf(scene.kind, shape);
  for (const one of cases) checkCase(bench, one);
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
        const sets = links.map((linkId, at) => ({ linkId, proceedOn: shape.proceedOn[at] ?? [] }));
        await scene.update(...sets);
        const engine = scene.record().current?.engine;
        if (length > 1) strictEqual(engine, options.engine);
        count += checkShape(scene, members.slice(0, length), shape);
      });
    }
  }
  return count;
}
