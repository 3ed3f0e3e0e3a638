/**
 * What a command about applications wants, as plain data: found out once, by the process that the
 * user started, and handed to the others as a text.
 *
 * @module
 */
import type { DeclaredObject, DesiredApplication } from "../../core/declared/types.ts";

/** A generation that an application goes back to. */
export interface FormerGeneration {
  /** Its number. */
  readonly number: number;
  /** What was decided about its object. */
  readonly object: DeclaredObject;
}

/** An application that is wanted. */
export interface WantedApplication {
  /** What is wanted. */
  readonly desired: DesiredApplication;
  /** Whose it is. */
  readonly owner: string;
  /** The generation that says so; null for a manifest. */
  readonly former: FormerGeneration | null;
}

/** An application whose current generation cannot be read, in a command that goes on without it. */
export interface LostApplication {
  /** The application. */
  readonly name: string;
  /** What is wrong with its generation. */
  readonly message: string;
  /** Code of the error. */
  readonly code: string;
  /** The next step for the user. */
  readonly hint?: string;
}

/** What a command wants. */
export interface Wish {
  /** Applications that are to be there. */
  readonly applications: readonly WantedApplication[];
  /** Names of applications that are to go. */
  readonly remove: readonly string[];
  /** What has no meaning on this machine. */
  readonly warnings: readonly string[];
  /** Applications of which nobody knows any more what was wanted. @default none */
  readonly lost?: readonly LostApplication[];
}

/** A wish as a text. */
export function wishText(wish: Wish): string {
  return JSON.stringify(wish);
}

/**
 * Reads the text of a wish. It comes from the process that started this one, which is believed as
 * the arguments are.
 */
export function parseWish(text: string): Wish {
  const wish: Partial<Wish> | null = JSON.parse(text);
  const { applications, remove, warnings, lost = [] } = wish ?? {};
  if ([applications, remove, warnings, lost].every(Array.isArray)) {
    return { applications, remove, warnings, lost } as Wish;
  }
  throw new TypeError("Cannot read what is wanted: the text is of another shape");
}
