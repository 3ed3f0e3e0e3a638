/**
 * Reads the files that `-f` names.
 *
 * @module
 */
import { usageError } from "../../core/errors.ts";
import type { ManifestFile } from "../../core/manifest/types.ts";
import { readInputFile } from "../input_file.ts";

/** Most bytes of one file. */
const MAX_MANIFEST = 4 * 1024 * 1024;
/** Ends of files that a directory is looked through for. */
const ENDS = [".yaml", ".yml", ".json"] as const;
/** Stands for standard input. */
const STANDARD_INPUT = "-";

function tooLarge(path: string): Error {
  return usageError(`Cannot read "${path}": a manifest has at most ${MAX_MANIFEST} bytes`);
}

function textOf(path: string, bytes: Uint8Array): string {
  if (bytes.length > MAX_MANIFEST) throw tooLarge(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw usageError(`Cannot read "${path}": it is not a text in UTF-8`);
  }
}

function readStandardInput(): Uint8Array {
  const bytes = new Uint8Array(MAX_MANIFEST + 1);
  let length = 0;
  while (length < bytes.length) {
    const count = Deno.stdin.readSync(bytes.subarray(length));
    if (count === null || count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

function readOne(path: string): ManifestFile {
  if (path === STANDARD_INPUT) {
    const name = "standard input";
    return { path: name, text: textOf(name, readStandardInput()) };
  }
  return { path, text: textOf(path, readInputFile(path, MAX_MANIFEST + 1).bytes) };
}

function isDirectory(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    // what is wrong with it is told when it is read
    return false;
  }
}

/** Files of a directory, by name; folders within it are left out. */
function filesIn(path: string): string[] {
  const names = [...Deno.readDirSync(path)]
    .filter(({ name, isDirectory }) => !isDirectory && ENDS.some((end) => name.endsWith(end)))
    .map(({ name }) => name).sort();
  if (names.length > 0) return names.map((name) => `${path.replace(/\/+$/, "")}/${name}`);
  throw usageError(`Cannot read "${path}": there is no ${ENDS.join(", ")} file in it`);
}

/**
 * Reads manifests.
 *
 * @param paths Files, directories, and `-` for standard input.
 * @throws {BpfmanError} When one is not there, or cannot be read.
 */
export function readManifestFiles(paths: readonly string[]): ManifestFile[] {
  return paths.flatMap((path) =>
    path !== STANDARD_INPUT && isDirectory(path) ? filesIn(path).map(readOne) : [readOne(path)]
  );
}
