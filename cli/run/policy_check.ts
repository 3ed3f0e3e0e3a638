/**
 * `policy check`.
 *
 * @module
 */
import { policyPath } from "../../core/admission/court.ts";
import { withKeys } from "../../core/admission/trusted.ts";
import { checkPolicy, type PolicySurroundings } from "../../core/policy/check.ts";
import { parsePolicy } from "../../core/policy/parse.ts";
import type { LoadedPolicy } from "../../core/policy/types.ts";
import { readTrustedRoot } from "../../core/signature/trusted_root.ts";
import { POLICY_FILE } from "../commands/policy.ts";
import { readConfiguration } from "../config_file.ts";
import type { CommandContext } from "../context.ts";
import { readInputFile } from "../input_file.ts";
import { printDocument } from "../output/document.ts";
import { checkedPolicyJson, checkedPolicyText } from "../output/policy.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { readPolicy } from "../prepare/policy.ts";
import { readUserFiles } from "../prepare/requester.ts";
import { fileWeakness } from "../prepare/trusted_file.ts";

function namesAndIds(text: string): ReadonlySet<string | number> {
  const rows = text.split("\n").map((line) => line.split(":")).filter(([name]) => name !== "");
  return new Set(rows.flatMap(([name = "", , id]) => [name, Number(id)]));
}

/** The message of an error of ours, as the reason alone. */
function problemOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    return error.message;
  }
}

function surroundingsOf(policy: LoadedPolicy): PolicySurroundings {
  const { passwd, group } = readUserFiles();
  const users = namesAndIds(passwd);
  const groups = namesAndIds(group);
  return {
    hasUser: (user) => users.has(user),
    hasGroup: (one) => groups.has(one),
    keyProblem: (key) => problemOf(() => withKeys(policy, { keys: [key] })),
    rootProblem: (path) =>
      problemOf(() => {
        const { bytes } = readInputFile(policyPath(policy, path));
        readTrustedRoot(new TextDecoder().decode(bytes));
      }),
  };
}

/** The policy of a file, whoever owns it: drafts are looked at too. */
function readDraft(path: string): LoadedPolicy {
  return parsePolicy(new TextDecoder().decode(readInputFile(path).bytes), path);
}

/** What keeps loads from using a file; undefined when nothing does. */
function weaknessOf(path: string | undefined): string | undefined {
  const why = path === undefined ? undefined : fileWeakness(path);
  return why === undefined ? undefined : `loads refuse to go by it: ${why}`;
}

/** Checks a policy and prints what was found. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  const path = input.one(POLICY_FILE);
  const { config } = context.settings;
  const { warnings: notes, ...configured } = await readConfiguration(config);
  for (const note of notes) context.terminal.err(`bpfman: note: ${note}\n`);
  const policy = path === undefined
    ? await readPolicy({ ...configured, ...config === undefined ? {} : { config } })
    : readDraft(path);
  const weakness = weaknessOf(path);
  const found = checkPolicy(policy, surroundingsOf(policy));
  const warnings = weakness === undefined ? found : [{ line: 0, message: weakness }, ...found];
  await printDocument(context, {
    data: () => checkedPolicyJson(policy, warnings),
    text: () => checkedPolicyText(policy, warnings),
  });
}
