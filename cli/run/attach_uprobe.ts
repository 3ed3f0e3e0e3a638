/**
 * `attach uprobe` and `attach uretprobe`.
 *
 * @module
 */
import { CONTAINER_PID, FUNCTION_NAME, OFFSET, PID, TARGET } from "../commands/attach.ts";
import type { CommandContext } from "../context.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { attach } from "./attach.ts";
import { refuseOption } from "./planned.ts";

/** Attaches a program to a function of a user program. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  refuseOption(input, CONTAINER_PID);
  const functionName = input.one(FUNCTION_NAME);
  const offset = input.one(OFFSET);
  const pid = input.one(PID);
  await attach(context, input, {
    kind: "uprobe",
    target: input.must(TARGET),
    ...(functionName === undefined ? {} : { functionName }),
    ...(offset === undefined ? {} : { offset }),
    ...(pid === undefined ? {} : { pid }),
  });
}
