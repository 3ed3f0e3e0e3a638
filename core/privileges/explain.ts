/**
 * Explains a change: each capability with all that it is needed for, said once.
 *
 * @module
 */
import type { LinkKind, ProgramType } from "../types/words.ts";
import { capabilitiesFor, needsOf } from "./needs.ts";
import { SITUATION_NEEDS } from "./rules.ts";
import type {
  CapabilityName,
  CapabilityNeed,
  ChangeVerb,
  PrivilegeQuestion,
  Situation,
} from "./types.ts";
import { OCCASIONS, situationsOf, VERB_FACTS, type VerbFacts } from "./verbs.ts";

/** A need with all parts of the change that have it. */
export interface ExplainedNeed extends CapabilityNeed {
  /** Such as `load xdp`. */
  readonly parts: readonly string[];
}

/** A situation with what it takes besides. */
export interface ExplainedSituation {
  readonly situation: Situation;
  /** What it is, in words. */
  readonly words: string;
  readonly needs: readonly CapabilityNeed[];
}

/** What a change needs, and why. */
export interface Explanation extends VerbFacts {
  readonly verb: ChangeVerb;
  /** Types and kinds that were asked about; none for all. */
  readonly kinds: readonly (ProgramType | LinkKind)[];
  readonly capabilities: readonly CapabilityName[];
  readonly needs: readonly ExplainedNeed[];
  readonly situations: readonly ExplainedSituation[];
}

function grouped(question: PrivilegeQuestion): ExplainedNeed[] {
  const groups = Map.groupBy(
    needsOf(question),
    ({ capability, rule, why, scope }) => [capability, scope, rule, why].join("\n"),
  );
  return [...groups.values()].flatMap((needs) => {
    const [first] = needs;
    if (first === undefined) return [];
    const { part: _part, ...need } = first;
    return [{ ...need, parts: [...new Set(needs.map(({ part }) => part))] }];
  });
}

/**
 * Explains a change.
 *
 * @param verb The verb.
 * @param kinds Types of programs and kinds of links. @default all
 * @param isPerfRestricted `kernel.perf_event_paranoid` is above 2. @default true
 */
export function explain(
  verb: ChangeVerb,
  kinds: readonly ProgramType[] = [],
  { isPerfRestricted = true }: Pick<PrivilegeQuestion, "isPerfRestricted"> = {},
): Explanation {
  const question: PrivilegeQuestion = {
    verb,
    isPerfRestricted,
    ...(kinds.length === 0 ? {} : { types: kinds, attachKinds: kinds }),
  };
  return {
    verb,
    kinds,
    ...VERB_FACTS[verb],
    capabilities: capabilitiesFor(question),
    needs: grouped(question),
    situations: situationsOf(question).map((situation) => ({
      situation,
      words: OCCASIONS[situation].words,
      needs: SITUATION_NEEDS[situation],
    })),
  };
}
