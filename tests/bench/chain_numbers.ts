/**
 * Measures chains on the kernel that runs: what a packet costs, what an attach and a swap take, and
 * what swaps do to traffic. Prints the numbers as one line of JSON:
 *
 *     deno run -A tests/bench/chain_numbers.ts
 *
 * @module
 */
import { BpfmanError } from "../../core/errors.ts";
import type { EngineChoice } from "../../core/chain/model.ts";
import { swapUnderTraffic } from "../support/chain_traffic.ts";
import { ChainScene } from "../support/chain_scene.ts";
import { IS_EMULATED } from "../support/emulated.ts";
import type { Member } from "../support/member.ts";
import { must } from "../support/must.ts";
import { openProgram, testRun } from "../support/raw_objects.ts";
import type { Fd } from "../../ffi/fd.ts";

/** Engines that are measured. */
const MEASURED_ENGINES = ["compose", "freplace", "libxdp"] as const;

/** Name of a measured engine. */
export type MeasuredEngine = typeof MEASURED_ENGINES[number];

/** Lengths of the chains. */
export const LENGTHS = [1, 2, 5, 10, 20] as const;

const REPEAT = IS_EMULATED ? 20_000 : 200_000;
const ROUNDS = IS_EMULATED ? 5 : 15;
const ATTACH_ROUNDS = IS_EMULATED ? 2 : 7;
const SWAPS = IS_EMULATED ? 10 : 60;
const TRAFFIC = IS_EMULATED ? null : { swaps: 1000, packets: 20_000 };

const XDP_PASS = 2;
const PACKET = new Uint8Array(64);

/** Nanoseconds of each round. */
export type Rounds = readonly number[];

/** An engine's numbers, or why there are none. */
export interface EngineNumbers {
  readonly engine: MeasuredEngine;
  /** Why the engine does not run here; null when it does. */
  readonly refusal: string | null;
  /** By the length of the chain; a length that the engine cannot have is left out. */
  readonly packetNs: Readonly<Record<number, Rounds>>;
  /** Milliseconds of the attaches that make a chain of ten, by position; one list a round. */
  readonly attachMs: readonly Rounds[];
  /** Milliseconds of swaps of a chain of ten. */
  readonly swapMs: Rounds;
  /** Milliseconds of this process's processor time in one of them, on average; 0 for none. */
  readonly swapCpuMs: number;
}

/** What the swaps did to the traffic. */
export interface TrafficNumbers {
  readonly kind: "xdp" | "tc";
  readonly engine: string;
  readonly swaps: number;
  readonly sent: number;
  readonly lost: number;
  readonly unfiltered: number;
  readonly doubled: number;
  /** Packets that the gate of every version of the chain saw. */
  readonly seen: number;
  readonly medianSwapMs: number;
}

/** Everything that was measured on a kernel. */
export interface ChainNumbers {
  readonly kernel: string;
  readonly isEmulated: boolean;
  /** Nanoseconds of one program alone, attached as it is. */
  readonly directNs: Rounds;
  /** Nanoseconds of ten programs, each run by itself, added up. */
  readonly tenCallsNs: Rounds;
  readonly engines: readonly EngineNumbers[];
  readonly traffic: readonly TrafficNumbers[];
}

/** A chain that is measured in turns with others. */
interface Subject {
  readonly engine: MeasuredEngine;
  readonly length: number;
  readonly main: Fd;
}

function nanoseconds(program: Fd): number {
  return testRun(program, PACKET, REPEAT).nanoseconds;
}

/** Builds a chain of one length; null when the engine cannot have it. */
async function buildChain(
  stack: AsyncDisposableStack,
  engine: MeasuredEngine,
  length: number,
): Promise<Subject | string> {
  const scene = stack.use(await ChainScene.make({ kind: "xdp", choice: engine }));
  const members = await scene.load(...Array.from({ length }, () => "member"));
  try {
    for (const member of members) {
      member.say(XDP_PASS);
      // a program alone would be attached as it is: what it proceeds on makes the engine run it
      const proceedOn = length === 1 ? [1, XDP_PASS] : [XDP_PASS];
      await scene.attach(member.programId, { priority: 50, proceedOn });
    }
  } catch (error) {
    if (error instanceof BpfmanError) return error.message;
    throw error;
  }
  return { engine, length, main: stack.use(scene.openMain()) };
}

/** Measures all chains in turns, so that a busy moment of the machine meets all of them. */
async function measurePackets(): Promise<{
  direct: Rounds;
  ten: Rounds;
  found: (Subject & { rounds: number[] })[];
  refusals: Map<MeasuredEngine, string>;
}> {
  await using stack = new AsyncDisposableStack();
  const refusals = new Map<MeasuredEngine, string>();
  const found: (Subject & { rounds: number[] })[] = [];
  for (const engine of MEASURED_ENGINES) {
    for (const length of LENGTHS) {
      if (refusals.has(engine)) continue;
      const subject = await buildChain(stack, engine, length);
      if (typeof subject !== "string") found.push({ ...subject, rounds: [] });
      else if (!found.some((other) => other.engine === engine)) refusals.set(engine, subject);
    }
  }
  const scene = stack.use(await ChainScene.make({ kind: "xdp", choice: "auto" }));
  const alone = await scene.load(...Array.from({ length: 10 }, () => "member"));
  const programs = alone.map(({ programId }) => stack.use(openProgram(programId)));
  for (const member of alone) member.say(XDP_PASS);
  const [direct, ten]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    direct.push(nanoseconds(must(programs[0], "program")));
    ten.push(programs.reduce((sum, program) => sum + nanoseconds(program), 0));
    for (const subject of found) subject.rounds.push(nanoseconds(subject.main));
  }
  return { direct, ten, found, refusals };
}

/** Clock ticks of a second in /proc (USER_HZ of every architecture that Debian has). */
const TICKS = 100;

/** Milliseconds of processor time that this process has used, user and system. */
function processorMs(): number {
  const [, rest = ""] = Deno.readTextFileSync("/proc/self/stat").split(") ");
  const [user = NaN, system = NaN] = rest.split(" ").slice(11, 13).map(Number);
  return (user + system) * 1000 / TICKS;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Attaches ten members one by one, turns the first two round, and takes all away. */
async function measureChanges(
  choice: EngineChoice,
): Promise<Pick<EngineNumbers, "attachMs" | "swapMs" | "swapCpuMs">> {
  await using scene = await ChainScene.make({ kind: "xdp", choice });
  const members: Member[] = await scene.load(...Array.from({ length: 10 }, () => "member"));
  const attachMs: Rounds[] = [];
  const swapMs: number[] = [];
  let swapCpuMs = 0;
  for (let round = 0; round < ATTACH_ROUNDS; round++) {
    const links: number[] = [];
    const times: number[] = [];
    for (const { programId } of members) {
      times.push(
        await timed(async () => {
          links.push((await scene.attach(programId, { priority: 50 })).record.id);
        }),
      );
    }
    attachMs.push(times);
    if (round === 0) {
      const [linkId = 0] = links;
      const before = processorMs();
      // libxdp needs a free slot to give a member another place: a full chain has no swap there
      for (let swap = 0; swap < SWAPS && choice !== "libxdp"; swap++) {
        swapMs.push(await timed(() => scene.update({ linkId, priority: swap % 2 ? 50 : 60 })));
      }
      swapCpuMs = (processorMs() - before) / SWAPS;
    }
    await scene.manager.changeChain({ detach: links });
  }
  return { attachMs, swapMs, swapCpuMs };
}

async function measureTraffic(kind: "xdp" | "tc"): Promise<TrafficNumbers[]> {
  if (TRAFFIC === null) return [];
  const report = await swapUnderTraffic({ kind, choice: "compose", ...TRAFFIC });
  const { refused: _, milliseconds, ...numbers } = report;
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return [{ kind, ...numbers, medianSwapMs: sorted[Math.floor(sorted.length / 2)] ?? NaN }];
}

/** Measures everything. */
export async function measureChains(): Promise<ChainNumbers> {
  const { direct, ten, found, refusals } = await measurePackets();
  const engines: EngineNumbers[] = [];
  for (const engine of MEASURED_ENGINES) {
    const refusal = refusals.get(engine) ?? null;
    const own = found.filter((subject) => subject.engine === engine);
    const packetNs = Object.fromEntries(own.map(({ length, rounds }) => [length, rounds]));
    const changes = refusal === null
      ? await measureChanges(engine)
      : { attachMs: [], swapMs: [], swapCpuMs: 0 };
    engines.push({ engine, refusal, packetNs, ...changes });
  }
  return {
    kernel: Deno.osRelease(),
    isEmulated: IS_EMULATED,
    directNs: direct,
    tenCallsNs: ten,
    engines,
    traffic: [...await measureTraffic("xdp"), ...await measureTraffic("tc")],
  };
}

if (import.meta.main) console.log(JSON.stringify(await measureChains()));
