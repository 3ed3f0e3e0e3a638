/**
 * Requests about what was applied before, from generations alone: no object is read.
 *
 * @module
 */
import { lastGeneration } from "../../core/declared/generations.ts";
import type { ApplyApplication, ApplyRequest } from "../../core/declared/request.ts";
import type { CommandContext } from "../context.ts";
import { dataDirectory } from "../data_directory.ts";
import type { ParsedInput } from "../parsed_input.ts";
import type { WantedApplication, Wish } from "./wish.ts";

function currentApplication(
  { desired, former }: WantedApplication,
  directory: string,
): ApplyApplication {
  const declared = former?.object ?? lastGeneration(directory, desired.name)?.object;
  if (declared === undefined) {
    throw new TypeError(`Cannot look after "${desired.name}": it has no generation`);
  }
  return { desired, declared, object: null };
}

/** Requests that bring applications back to their current generation, one for each owner. */
export function requestsByOwner(
  context: CommandContext,
  input: ParsedInput,
  { applications }: Wish,
): ApplyRequest[] {
  const directory = dataDirectory(context, input);
  return [...Map.groupBy(applications, ({ owner }) => owner)].map(([owner, members]) => ({
    applications: members.map((wanted) => currentApplication(wanted, directory)),
    owner,
    directory,
    createdBy: "",
  }));
}
