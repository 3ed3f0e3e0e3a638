/**
 * The house rules as a Deno lint plugin.
 *
 * @module
 */

const plugin: Deno.lint.Plugin = { name: "house", rules: {} };

export default plugin;
