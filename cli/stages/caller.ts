/**
 * What a caller may choose who is not root and has privileges, because Deno's file has them. The
 * administrator who gave them chose the policy and whose state is touched.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../../core/errors.ts";
import { POLICY } from "../commands/trust_options.ts";
import { CONFIG, RUNTIME_DIRECTORY } from "../options.ts";
import type { ParsedInput } from "../parsed_input.ts";

/** Options that decide what is trusted, or whose state is touched. */
const CHOICES = [CONFIG, POLICY, RUNTIME_DIRECTORY] as const;

/** Who calls. */
export interface Caller {
  readonly uid: number | null;
  /** Capabilities of the process. */
  readonly permitted: ReadonlySet<string>;
  env(name: string): string | undefined;
}

/** The first choice among arguments and environment, as it was written. */
function choiceOf(input: ParsedInput, env: Caller["env"]): string | undefined {
  for (const spec of CHOICES) {
    if (input.one(spec) !== undefined) return `--${spec.name}`;
    if (spec.env !== undefined && (env(spec.env) ?? "") !== "") return spec.env;
  }
  return undefined;
}

/**
 * Refuses choices that are root's. Root may choose all, and whoever has no privilege can harm nobody.
 *
 * @param caller Who calls.
 * @param input The arguments.
 * @throws {BpfmanError} `caller-not-root`.
 */
export function checkCaller({ uid, permitted, env }: Caller, input: ParsedInput): void {
  if (uid === 0 || permitted.size === 0) return;
  const choice = choiceOf(input, env);
  if (choice === undefined) return;
  throw new BpfmanError(
    `Cannot use ${choice}: user ${uid ?? "unknown"} is not root, and has privileges ` +
      "by the file of Deno",
    {
      code: "caller-not-root",
      kind: ErrorKind.POLICY,
      hint: "Leave it out: /etc/bpfman and /run/bpfman hold for such users; or ask root",
    },
  );
}
