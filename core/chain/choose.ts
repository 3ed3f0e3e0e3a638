/**
 * Which engine runs a chain, and why.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { ChainContext, ChainEngine, ChainSpec } from "./engine.ts";
import { type BuildingEngine, loadEngine } from "./engines.ts";
import { describeHook, type EngineChoice } from "./model.ts";

/** An engine that can run the chain, as far as can be told beforehand. */
export interface EngineOption {
  readonly engine: ChainEngine;
  /** Why this one, in words. */
  readonly reason: string;
}

/** What is chosen for, and from. */
export interface EngineQuestion {
  readonly context: ChainContext;
  readonly spec: ChainSpec;
  readonly choice: Exclude<EngineChoice, "libxdp">;
}

const NOT_HERE = "this version of bpfman does not have it";

/** Engines in the order in which they are tried. */
function ranking(choice: EngineQuestion["choice"]): readonly BuildingEngine[] {
  return choice === "auto" ? ["direct", "compose", "freplace"] : ["direct", choice];
}

function reasonFor(name: BuildingEngine, choice: EngineChoice, refused: readonly string[]): string {
  if (name === "direct") return "one program alone needs no dispatcher";
  if (choice === name) return "it was asked for";
  const others = refused.filter((line) => !line.startsWith("direct: "));
  return others.length === 0 ? "it runs on every kernel" : `others cannot: ${others.join("; ")}`;
}

function refusal({ spec, choice }: EngineQuestion, refused: readonly string[]): BpfmanError {
  const reasons = refused.filter((line) => !line.startsWith("direct: "));
  const count = spec.members.length;
  const programs = count === 1 ? "a chain of 1 program" : `${count} programs`;
  return new BpfmanError(
    `Cannot run ${programs} on "${describeHook(spec.hook)}": ${reasons.join("; ")}`,
    {
      code: "chain-refused",
      kind: ErrorKind.KERNEL,
      hint: choice === "auto"
        ? "No engine can run this chain: see the reasons"
        : `Try another one: --engine ${choice === "freplace" ? "compose" : "freplace"}`,
    },
  );
}

/**
 * The engines that can run a chain, the best first.
 *
 * @param question The chain, and what was asked for.
 * @throws {BpfmanError} When there is none, with the reason of each.
 */
export async function chooseEngines(question: EngineQuestion): Promise<EngineOption[]> {
  const { context, spec, choice } = question;
  const options: EngineOption[] = [];
  const refused: string[] = [];
  for (const name of ranking(choice)) {
    const engine = await loadEngine(name);
    const limits = engine === null ? [NOT_HERE] : engine.limits(context, spec);
    if (engine !== null && limits.length === 0) {
      options.push({ engine, reason: reasonFor(name, choice, refused) });
      // nothing is better than no dispatcher, and nothing is to be tried after it
      if (name === "direct") break;
    }
    refused.push(...limits.map((limit) => `${name}: ${limit}`));
  }
  if (options.length === 0) throw refusal(question, refused);
  return options;
}
