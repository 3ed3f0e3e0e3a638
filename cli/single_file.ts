/**
 * What the single-file build and this tool agree on (docs/single-file.md).
 *
 * @module
 */

/** First word of a start by the tool itself: flags of Deno follow instead of those baked in. */
export const STAGE_WORD = "--bpfman-flags";
/** The word behind these flags. */
export const END_WORD = "--bpfman-arguments";
/** How such flags begin; the start-up code takes no others. */
export const FLAG_START = "--allow-";
