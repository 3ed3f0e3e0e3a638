/**
 * What every attach command does after its target is read.
 *
 * @module
 */
import type { AttachTarget } from "../../core/types.ts";
import type { CommandContext } from "../context.ts";
import { METADATA, PROGRAM_ID } from "../options.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { toRecord } from "./pairs.ts";
import { printLink } from "./print_link.ts";

/** Attaches a program and prints the link. */
export async function attach(
  context: CommandContext,
  input: ParsedInput,
  target: AttachTarget,
): Promise<void> {
  const metadata = toRecord("--metadata", input.all(METADATA));
  const manager = await context.manager();
  const view = await manager.attach({ programId: input.must(PROGRAM_ID), target, metadata });
  printLink(context, view);
}
