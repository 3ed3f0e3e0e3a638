/**
 * The date that what is made carries, so that the same input gives the same bytes.
 *
 * @module
 */
import { usageError } from "../core/errors.ts";
import type { CommandContext } from "./context.ts";

/** Seconds since 1970 that dates in images say; undefined when nothing is set. */
export function readEpoch(context: Pick<CommandContext, "env">): number | undefined {
  const text = context.env("SOURCE_DATE_EPOCH") ?? "";
  if (text === "") return undefined;
  // above this there is no date any more
  if (/^\d{1,12}$/.test(text)) return Number(text);
  throw usageError(`Cannot read $SOURCE_DATE_EPOCH "${text}": must be seconds since 1970`);
}
