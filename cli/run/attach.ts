/**
 * The attach commands: they differ only in how the place is read.
 *
 * @module
 */
import type { AttachTarget } from "../../core/types.ts";
import type { CommandModule } from "../command.ts";
import { METADATA, PROGRAM_ID } from "../options.ts";
import { attachGuard } from "../prepare/attach.ts";
import { toRecord } from "./pairs.ts";
import { printLink } from "./print_link.ts";
import { readTarget } from "./target.ts";

/** The function of the attach command of a kind: attaches a program and prints the link. */
export function attachAs(kind: AttachTarget["kind"]): CommandModule {
  return {
    run: async (context, input) => {
      const target = readTarget(kind, input);
      const metadata = toRecord("--metadata", input.all(METADATA));
      const admit = await attachGuard(context, input, target);
      const programId = input.must(PROGRAM_ID);
      const manager = await context.manager();
      const view = await manager.attach({ programId, target, metadata, admit });
      await printLink(context, view);
    },
  };
}
