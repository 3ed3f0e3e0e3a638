/**
 * What an object offers to be loaded, for who has not said it.
 *
 * @module
 */
import { readObject } from "../bytecode-tools/object/object.ts";
import { programSpec } from "../core/program/specs.ts";
import { readObjectFile } from "./input_file.ts";

/** The programs of an object as `--programs` takes them; undefined when it cannot be read. */
export function offeredPrograms(path: string): string | undefined {
  try {
    const { programs } = readObject(readObjectFile(path).bytes);
    if (programs.length === 0) return undefined;
    return `The object has: ${programs.map(programSpec).join(" ")}`;
  } catch {
    // what is wrong with the file is told by the load, once there is one
    return undefined;
  }
}
