/**
 * Prepares loads of what is a file or an image: `run` and `program replace`.
 *
 * @module
 */
import { attachFactsOf } from "../../core/admission/attach.ts";
import { policyRefusal } from "../../core/admission/refusal.ts";
import type { PreparedLoad } from "../../core/admission/types.ts";
import { notFound, usageError } from "../../core/errors.ts";
import { Layout } from "../../core/layout.ts";
import { decideAttach } from "../../core/policy/decide.ts";
import { readSnapshot } from "../../core/store/snapshot.ts";
import type { AttachTarget, LoadSettings, ProgramRequest, ProgramType } from "../../core/types.ts";
import { NEW_NAME, WITH } from "../commands/replace.ts";
import { GLOBAL, OBJECT_PATH } from "../commands/program.ts";
import type { CommandContext } from "../context.ts";
import { isImageName } from "../object_name.ts";
import { PROGRAM_ID } from "../options.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { toRecord } from "../run/pairs.ts";
import { readTarget } from "../run/target.ts";
import { openCourt } from "./court.ts";
import { prepareFileAt } from "./file.ts";
import { prepareImageAt } from "./image.ts";
import { readLoadSettings } from "./settings.ts";

/** Prepares the load of a file, or of an image that is here already. */
async function prepareObject(
  context: CommandContext,
  input: ParsedInput,
  { word, settings }: { readonly word: string; readonly settings: LoadSettings },
): Promise<PreparedLoad> {
  return isImageName(word)
    ? await prepareImageAt(context, input, { name: word, settings, pull: "Never" })
    : await prepareFileAt(context, input, { path: word, settings });
}

function kindFor(type: ProgramType): AttachTarget["kind"] {
  if (type === "kretprobe") return "kprobe";
  return type === "uretprobe" ? "uprobe" : type;
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
  const settings = readLoadSettings(input);
  const [program, second] = settings.programs;
  if (program === undefined || second !== undefined) {
    throw usageError("A run takes exactly one program", "Give --programs TYPE:NAME once");
  }
  const target = readTarget(kindFor(program.type), input);
  const word = input.must(OBJECT_PATH);
  const prepared = await prepareObject(context, input, { word, settings });
  const { policy } = await openCourt(context, input);
  if (policy.isBuiltIn !== true) {
    const facts = attachFactsOf(target, program.attachFunction ?? null);
    const decision = decideAttach(policy, prepared.admission.source, facts);
    if (!decision.allowed) throw policyRefusal(`Cannot attach "${program.name}"`, decision);
  }
  return { ...prepared, target };
}

/** The program of the new version, as the old one's row tells it; none when there is no such row. */
function programOf(context: CommandContext, input: ParsedInput): ProgramRequest[] {
  const { snapshot } = new Layout(context.settings.runtimeDirectory);
  const record = readSnapshot(snapshot).programs.get(input.must(PROGRAM_ID));
  if (record === undefined) return [];
  const { type, attachFunction } = record;
  return [{
    type,
    name: input.one(NEW_NAME) ?? record.name,
    ...(attachFunction === null ? {} : { attachFunction }),
  }];
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
  const programs = programOf(context, input);
  const { policy } = await openCourt(context, input);
  // without its row nothing is known of the program that a rule could be about
  if (programs.length === 0 && policy.isBuiltIn !== true) {
    throw notFound("program", input.must(PROGRAM_ID));
  }
  const settings = { programs, globals };
  return await prepareObject(context, input, { word: input.must(WITH), settings });
}
