/**
 * Prepares loads of what is a file or an image: `run` and `program replace`.
 *
 * @module
 */
import type { Court } from "../../core/admission/court.ts";
import { attachFactsOf } from "../../core/admission/attach.ts";
import { policyRefusal } from "../../core/admission/refusal.ts";
import type { PreparedLoad } from "../../core/admission/types.ts";
import { notFound } from "../../core/errors.ts";
import { decideAttach } from "../../core/policy/decide.ts";
import type { AttachTarget, LoadSettings } from "../../core/types.ts";
import { WITH } from "../commands/replace.ts";
import { GLOBAL, OBJECT_PATH } from "../commands/load.ts";
import type { CommandContext } from "../context.ts";
import { isImageName } from "../object_name.ts";
import { PROGRAM_ID } from "../options.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { toRecord } from "../run/pairs.ts";
import type { JudgedLoad } from "./court.ts";
import { prepareFileAt } from "./file.ts";
import { prepareImageAt } from "./image.ts";
import { readLoadSettings } from "../run/load_settings.ts";
import { runTarget } from "../run/run_target.ts";
import { replacedProgram } from "./replaced_program.ts";

/** What is to be loaded: the word names a file or an image. */
interface ObjectWish {
  readonly word: string;
  readonly settings: LoadSettings;
  readonly check?: (court: Court) => void;
}

/** Prepares the load of a file, or of an image that is here already. */
async function prepareObject(
  context: CommandContext,
  input: ParsedInput,
  { word, ...wish }: ObjectWish,
): Promise<JudgedLoad> {
  return isImageName(word)
    ? await prepareImageAt(context, input, { ...wish, name: word, pull: "Never" })
    : await prepareFileAt(context, input, { ...wish, path: word });
}

/** A run that may happen. */
export interface PreparedRun extends PreparedLoad {
  readonly target: AttachTarget;
}

/**
 * Prepares a `run`: the load, and the place of the attach.
 *
 * @throws {BpfmanError} When the arguments do not fit, or the policy refuses.
 */
export async function prepareRun(
  context: CommandContext,
  input: ParsedInput,
): Promise<PreparedRun> {
  const target = runTarget(input);
  const settings = readLoadSettings(input);
  const [program] = settings.programs;
  const word = input.must(OBJECT_PATH);
  const { prepared, court: { policy } } = await prepareObject(context, input, { word, settings });
  if (policy.isBuiltIn !== true && program !== undefined) {
    const facts = attachFactsOf(target, program.attachFunction ?? null);
    const decision = decideAttach(policy, prepared.admission.source, facts);
    if (!decision.allowed) {
      throw policyRefusal(`Cannot attach "${program.name}"`, decision, prepared.admission);
    }
  }
  return { ...prepared, target };
}

/**
 * Prepares a replacement: the load of the new version.
 *
 * @throws {BpfmanError} When the object cannot be read, or is refused.
 */
export async function prepareReplace(
  context: CommandContext,
  input: ParsedInput,
): Promise<PreparedLoad> {
  const globals = toRecord("--global", input.all(GLOBAL));
  const programs = replacedProgram(context, input);
  // without its row nothing is known of the program that a rule could be about
  const check = ({ policy }: Court): void => {
    if (programs.length > 0 || policy.isBuiltIn === true) return;
    throw notFound("program", input.must(PROGRAM_ID));
  };
  const wish = { word: input.must(WITH), settings: { programs, globals }, check };
  return (await prepareObject(context, input, wish)).prepared;
}
