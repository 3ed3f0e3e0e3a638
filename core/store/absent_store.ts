/**
 * The store of a machine on which nothing was ever done: it is empty, and takes nothing.
 *
 * @module
 */
import type { Store } from "./kv_store.ts";
import { EMPTY_STATE } from "./state.ts";

/** For changes that need something to be there; they find that it is not. */
export const ABSENT_STORE: Store = {
  state: EMPTY_STATE,
  commit: () => Promise.reject(new TypeError("Cannot change a store that does not exist")),
  [Symbol.dispose](): void {},
};
