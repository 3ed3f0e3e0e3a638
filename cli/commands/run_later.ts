/**
 * Imports the function of a command without being part of the module graph at start-up: a literal
 * import would make every other command wait for its files, some ninety and libbpf in WebAssembly
 * for those on object files (see importUnseen in ../main.ts).
 *
 * @module
 */
import type { CommandModule } from "../command.ts";

/**
 * Makes the `load` of a command.
 *
 * @param path Path of the module from this file.
 */
export function runLater(path: string): () => Promise<CommandModule> {
  return () => import(path);
}
