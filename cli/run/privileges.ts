/**
 * `privileges`.
 *
 * @module
 */
import { usageError } from "../../core/errors.ts";
import { explain, type Explanation } from "../../core/privileges/explain.ts";
import { CHANGE_VERBS } from "../../core/privileges/types.ts";
import { findVerb, VERB_FACTS } from "../../core/privileges/verbs.ts";
import { PROGRAM_TYPES, type ProgramType } from "../../core/types.ts";
import { COMMANDS } from "../commands/mod.ts";
import { VERB_WORDS } from "../commands/privileges.ts";
import type { CommandContext } from "../context.ts";
import { didYouMean } from "../nearest.ts";
import { printDocument } from "../output/document.ts";
import { explanationJson, explanationText, verbTable } from "../output/privileges_text.ts";
import type { ParsedInput } from "../parsed_input.ts";
import type { PermissionSetName } from "../permissions.ts";

function readKind(word: string): ProgramType {
  const found = PROGRAM_TYPES.find((type) => type === word);
  if (found !== undefined) return found;
  throw usageError(
    `Unknown program type "${word}"`,
    didYouMean(word, PROGRAM_TYPES) ?? `Expected one of ${PROGRAM_TYPES.join(", ")}`,
  );
}

/** Sets of Deno permissions of the commands that a verb stands for. */
function setsOf({ commands }: Explanation): PermissionSetName[] {
  const [command] = commands;
  const found = COMMANDS.filter(({ paths }) =>
    paths.some((path) => commands.includes(path) || path.startsWith(`${command} `))
  );
  return [...new Set(found.map(({ permissions }) => permissions))];
}

function readQuestion(words: readonly string[]) {
  const found = findVerb(words);
  if (found !== null) return { verb: found.verb, kinds: found.rest.map(readKind) };
  const commands = Object.values(VERB_FACTS).map((facts) => facts.commands[0]);
  throw usageError(
    `"${words.join(" ")}" changes nothing: it needs no capability, or is unknown`,
    `Verbs that change something are ${commands.join(", ")}`,
  );
}

/** Explains verbs. */
export function run(context: CommandContext, input: ParsedInput): Promise<void> {
  return Promise.try(() => {
    const words = input.all(VERB_WORDS);
    if (words.length === 0) {
      const all = CHANGE_VERBS.map((verb) => explain(verb));
      return printDocument(context, {
        data: () => ({ verbs: all.map((one) => explanationJson(one, setsOf(one))) }),
        text: (options) => verbTable(all, options),
      });
    }
    const { verb, kinds } = readQuestion(words);
    const explanation = explain(verb, kinds);
    const sets = setsOf(explanation);
    return printDocument(context, {
      data: () => explanationJson(explanation, sets),
      text: (options) => explanationText(explanation, sets, options),
    });
  });
}
