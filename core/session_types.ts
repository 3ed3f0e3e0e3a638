/**
 * What readers and writers of the state are handed, and what they hand over.
 *
 * @module
 */
import type { Comparison } from "./reconcile.ts";
import type { StoreState } from "./store/state.ts";
import type { Notice } from "./types.ts";

/** What a reader is shown. */
export interface ReadStates {
  /** The rows, corrected by what pins and kernel say. */
  readonly seen: StoreState;
  /** The rows as they are. */
  readonly stored: StoreState;
  /** What the kernel just said of programs; none where the rows had to be corrected. */
  readonly infos?: Comparison["infos"];
}

/** The store's rows, and what is to be mended. */
export interface Look extends Comparison {
  readonly stored: StoreState;
  /** Why other files than the readers' own were read; null when they were not. */
  readonly notice: Notice | null;
  /** True when no rows could be read: pins are all that is known. */
  readonly isGuess: boolean;
}

/** Work beside the change itself. */
export interface Preparations {
  /** Fits into the time in which the database is opened; where it fails, nothing has been changed. */
  readonly meanwhile?: () => Promise<void>;
  /** Work on files before the database is opened; nothing else happens then. */
  readonly first?: () => Promise<void>;
}
