/**
 * `attach tracepoint`.
 *
 * @module
 */
import { TRACEPOINT } from "../commands/attach.ts";
import type { CommandContext } from "../context.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { attach } from "./attach.ts";

/** Attaches a program to a tracepoint. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  await attach(context, input, { kind: "tracepoint", ...input.must(TRACEPOINT) });
}
