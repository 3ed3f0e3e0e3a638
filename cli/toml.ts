/**
 * The reader of TOML, apart from who uses it: machines without a configuration do not read it.
 *
 * @module
 */
export { parse, TomlError } from "npm:smol-toml@1.9.1";
