/**
 * `policy why`: judges another command as that would do it, up to the point where the kernel would be
 * asked.
 *
 * @module
 */
import { attachFactsOf, judgeAttach, sourceOfRecord } from "../../core/admission/attach.ts";
import { PolicyError } from "../../core/admission/refusal.ts";
import type { PreparedLoad } from "../../core/admission/types.ts";
import { notFound, usageError } from "../../core/errors.ts";
import { Layout } from "../../core/layout.ts";
import type { Decision, Requester, SourceFacts } from "../../core/policy/types.ts";
import { readSnapshot } from "../../core/store/snapshot.ts";
import type { AttachTarget } from "../../core/types.ts";
import type { CommandSpec } from "../command.ts";
import { COMMANDS } from "../commands/mod.ts";
import { JUDGED_COMMAND } from "../commands/policy.ts";
import { IMAGE_URL } from "../commands/load.ts";
import { POLICY } from "../commands/trust_options.ts";
import { readConfiguration } from "../config_file.ts";
import type { CommandContext, GlobalSettings } from "../context.ts";
import { EXIT_CODES, EXIT_DONE } from "../exit_codes.ts";
import { CONFIG, LIST_OUTPUT, OUTPUT, PROGRAM_ID, RUNTIME_DIRECTORY } from "../options.ts";
import { printDocument } from "../output/document.ts";
import { type Explanation, explanationJson, explanationText } from "../output/policy.ts";
import { parseArguments } from "../parse_arguments.ts";
import { argumentKey, type ParsedInput } from "../parsed_input.ts";
import { openCourt } from "../prepare/court.ts";
import { prepareFile } from "../prepare/file.ts";
import { prepareImage } from "../prepare/image.ts";
import { prepareReplace, prepareRun } from "../prepare/object.ts";
import { readRequester } from "../prepare/requester.ts";
import { resolveRoute } from "../route.ts";
import { readTarget } from "./target.ts";

/** What was found out about an allowed command. */
interface Allowed {
  readonly decision: Decision;
  readonly source: SourceFacts;
  readonly signer: Explanation["signer"];
  readonly warnings: readonly string[];
}

type Judge = (context: CommandContext, input: ParsedInput) => Promise<Allowed>;

function loading(
  prepare: (context: CommandContext, input: ParsedInput) => Promise<PreparedLoad>,
): Judge {
  return async (context, input) => (await prepare(context, input)).admission;
}

function attaching(kind: AttachTarget["kind"]): Judge {
  return async (context, input) => {
    const target = readTarget(kind, input);
    const id = input.must(PROGRAM_ID);
    const { snapshot } = new Layout(context.settings.runtimeDirectory);
    const record = readSnapshot(snapshot).programs.get(id);
    if (record === undefined) throw notFound("program", id);
    const court = await openCourt(context, input);
    const source = sourceOfRecord(record);
    const facts = () => attachFactsOf(target, record.attachFunction);
    const action = `Cannot attach program ${id} "${record.name}"`;
    const decision = judgeAttach(court, { source, facts, action });
    return { decision, source, signer: null, warnings: [] };
  };
}

/** Commands that policies are about, besides the attaches. */
const JUDGES: Readonly<Record<string, Judge>> = {
  "load-file": loading(prepareFile),
  "load-image": loading((context, input) => prepareImage(context, input, input.must(IMAGE_URL))),
  run: loading(prepareRun),
  "replace-program": loading(prepareReplace),
};

function judgeFor({ id, paths: [path] }: CommandSpec): Judge {
  const judge = Object.hasOwn(JUDGES, id) ? JUDGES[id] : undefined;
  if (judge !== undefined) return judge;
  if (id.startsWith("attach-")) {
    return attaching(id.slice("attach-".length).replaceAll("-", "_") as AttachTarget["kind"]);
  }
  throw usageError(
    `Cannot judge "${path}": policies say nothing about it`,
    "They are about load file, load image, run, program replace and attach",
  );
}

/** The other command's settings, with what its configuration says. */
async function settingsOf(context: CommandContext, input: ParsedInput): Promise<GlobalSettings> {
  const runtimeDirectory = input.one(RUNTIME_DIRECTORY) ?? context.settings.runtimeDirectory;
  const config = input.one(CONFIG) ?? context.settings.config;
  const { warnings, ...configured } = await readConfiguration(config);
  for (const warning of warnings) context.terminal.err(`bpfman: note: ${warning}\n`);
  return {
    ...context.settings,
    runtimeDirectory,
    ...config === undefined ? {} : { config },
    ...configured,
  };
}

/** The other command's arguments; the policy may stand before its words. */
async function parseOther(command: CommandSpec, args: readonly string[], own: ParsedInput) {
  const input = await parseArguments(command, args);
  const policy = input.one(POLICY) ?? own.one(POLICY);
  if (policy === undefined) return input;
  return input.with(argumentKey(POLICY), [policy]);
}

function explain(
  words: readonly string[],
  requester: Requester,
  result: Allowed | PolicyError,
): Explanation {
  if (!(result instanceof PolicyError)) return { words, requester, ...pick(result), hint: null };
  const { decision, hint, code } = result;
  return {
    ...{ words, requester, decision, source: null, signer: null, warnings: [] },
    // that hint leads here
    hint: code === "policy-refused" ? null : hint ?? null,
  };
}

function pick({ decision, source, signer, warnings }: Allowed) {
  return { decision, source, signer, warnings };
}

/** Tells what the policy says of a command. */
export async function run(context: CommandContext, own: ParsedInput): Promise<number> {
  const words = own.all(JUDGED_COMMAND);
  const { command, args } = resolveRoute(COMMANDS, words);
  const judge = judgeFor(command);
  const input = await parseOther(command, args, own);
  const settings = await settingsOf(context, input);
  const other: CommandContext = {
    settings,
    words,
    format: context.format,
    terminal: context.terminal,
    env: (name) => context.env(name),
    readObject: (path) => context.readObject(path),
    manager: () => context.manager(),
    kernel: () => context.kernel(),
    gatherFacts: (places) => context.gatherFacts(places),
    images: (options) => context.images(options),
    prepared: () => Promise.reject(new TypeError("Cannot load: a command is only judged")),
    wish: () => context.wish(),
    preparedAll: () => context.preparedAll(),
  };
  const result = await judge(other, input).catch((error) => {
    if (error instanceof PolicyError) return error;
    throw error;
  });
  const requester = readRequester((name) => context.env(name));
  const explanation = explain(words, requester, result);
  const format = own.one(OUTPUT) ?? input.one(LIST_OUTPUT) ?? "text";
  await printDocument({ terminal: context.terminal, format }, {
    data: () => explanationJson(explanation),
    text: () => explanationText(explanation),
  });
  return explanation.decision.allowed ? EXIT_DONE : EXIT_CODES.policy;
}
