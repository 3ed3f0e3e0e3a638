/**
 * The object file of a command, as the process that the user started opens it.
 *
 * @module
 */
import { cannotReadObject, checkObjectFile } from "../../core/program/object_file.ts";
import { isImageName } from "../object_name.ts";
import type { StageCalls } from "./calls.ts";
import type { LaunchRequest } from "./stage.ts";

/** Where the command's object is: in a file, in an image, or there is none. */
export function objectOf({ command, input }: LaunchRequest): { path?: string } | null {
  if (command.brings === undefined) return null;
  const word = input.must(command.brings.argument);
  const { kind } = command.brings;
  const isFile = kind === "file" || kind === "either" && !isImageName(word);
  return isFile ? { path: word } : {};
}

/** Opens the object file, without reading it: the front may not be allowed to open it. */
export function openObject(
  calls: StageCalls,
  path: string,
): ReturnType<StageCalls["openFile"]> {
  try {
    checkObjectFile(path);
    return calls.openFile(path);
  } catch (cause) {
    throw cannotReadObject(path, cause);
  }
}
