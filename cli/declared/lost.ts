/**
 * Applications of which nobody knows any more what they were.
 *
 * @module
 */
import { BpfmanError } from "../../core/errors.ts";
import type { LostApplication } from "./wish.ts";

/** What is told of an application whose generation cannot be read. */
export function lostOf(name: string, error: BpfmanError): LostApplication {
  const { message, code, hint } = error;
  return { name, message, code, ...(hint === undefined ? {} : { hint }) };
}

/** The error of a lost application. */
export function lostError({ message, code, hint }: LostApplication): BpfmanError {
  return new BpfmanError(message, { code, ...(hint === undefined ? {} : { hint }) });
}
