/**
 * The rows as readers find them. Where the readers' file is gone or damaged there is its copy, and
 * where that is of no use either, pins and provenance still tell which programs there are.
 *
 * @module
 */
import { BpfmanError } from "../errors.ts";
import type { Layout } from "../layout.ts";
import type { Notice } from "../types.ts";
import { readSnapshot } from "./snapshot.ts";
import { EMPTY_STATE, type StoreState } from "./state.ts";

/** What a reader found. */
export interface FoundState {
  readonly state: StoreState;
  /** Why it is not the readers' file that was read; null when it is. */
  readonly notice: Notice | null;
  /** True when no rows could be read: pins are all that is known. */
  readonly isGuess: boolean;
}

const DEGRADED: readonly string[] = ["state-corrupt", "state-version"];

/** A file's rows, null when there is no such file, or why it cannot be used. */
function tryRead(path: string): StoreState | BpfmanError | null {
  try {
    const state = readSnapshot(path);
    return state === EMPTY_STATE ? null : state;
  } catch (error) {
    if (error instanceof BpfmanError && DEGRADED.includes(error.code)) return error;
    throw error;
  }
}

/**
 * Reads the rows without a lock.
 *
 * @param layout The places.
 * @throws {BpfmanError} `state-unreadable` when the files are there and may not be read.
 */
export function readState({ snapshot, rows }: Layout): FoundState {
  const found = tryRead(snapshot);
  if (found !== null && !(found instanceof BpfmanError)) {
    return { state: found, notice: null, isGuess: false };
  }
  const copy = tryRead(rows);
  const missing = { code: "state-missing", message: `The state in "${snapshot}" is gone` };
  const { code, message: problem } = found ?? missing;
  if (copy !== null && !(copy instanceof BpfmanError)) {
    const message = `${problem}: what is shown comes from its copy "${rows}"`;
    return { state: copy, notice: { code, message }, isGuess: false };
  }
  // nothing was ever done here
  if (found === null && copy === null) return { state: EMPTY_STATE, notice: null, isGuess: false };
  const message = `${problem}: what is shown comes from pins and the kernel`;
  return { state: EMPTY_STATE, notice: { code, message }, isGuess: true };
}
