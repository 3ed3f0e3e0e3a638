/**
 * The version of this package; a test keeps it equal to deno.json.
 *
 * @module
 */

/** Version of this package. */
export const VERSION = "0.1.0";
