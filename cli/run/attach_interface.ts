/**
 * `attach xdp` and `attach tcx`: a tcx command has a direction, an xdp command has none.
 *
 * @module
 */
import { DIRECTION, INTERFACE, PRIORITY, PROCEED_ON } from "../commands/attach.ts";
import type { CommandContext } from "../context.ts";
import { NETNS } from "../options.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { attach } from "./attach.ts";
import { refuseOption } from "./planned.ts";

/** Attaches a program to an interface. */
export async function run(context: CommandContext, input: ParsedInput): Promise<void> {
  refuseOption(input, PROCEED_ON);
  const netns = input.one(NETNS);
  const direction = input.one(DIRECTION);
  const place = {
    interface: input.must(INTERFACE),
    priority: input.must(PRIORITY),
    ...(netns === undefined ? {} : { netns }),
  };
  await attach(
    context,
    input,
    direction === undefined ? { kind: "xdp", ...place } : { kind: "tcx", direction, ...place },
  );
}
