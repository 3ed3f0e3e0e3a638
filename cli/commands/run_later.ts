/**
 * Imports the function of a command without being part of the module graph at start-up. The commands
 * on object files bring libbpf in WebAssembly and some ninety files; a literal import would make
 * every other command wait for them (see importUnseen in ../main.ts).
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
