/**
 * Imports what one command needs without making it part of the module graph at start-up: Deno reads
 * every module that a literal import names before it runs the first line, and all commands together
 * have some two hundred (see importUnseen in ../main.ts).
 *
 * @module
 */
import type { CommandModule } from "../command.ts";

/**
 * Imports a module.
 *
 * @param path Path of the module from this file.
 */
export function importLater<T>(path: string): Promise<T> {
  return import(path);
}

/**
 * Makes the `load` of a command.
 *
 * @param path Path of the module from this file.
 */
export function runLater(path: string): () => Promise<CommandModule> {
  return () => importLater<CommandModule>(path);
}
