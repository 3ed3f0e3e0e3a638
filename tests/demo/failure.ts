/**
 * What makes the demo end with exit code 1, in words for its reader.
 *
 * @module
 */

/** A command failed, a counter did not move, or something was left behind. */
export class DemoFailure extends Error {
  override readonly name = "DemoFailure";
}
