/**
 * Prepares the load of a file: reads it once, and judges what was read. Needs no privilege.
 *
 * @module
 */
import { admitFile } from "../../core/admission/file.ts";
import type { BundleFile } from "../../core/admission/file_signature.ts";
import type { Court } from "../../core/admission/court.ts";
import type { PreparedLoad } from "../../core/admission/types.ts";
import { BpfmanError } from "../../core/errors.ts";
import type { LoadSettings } from "../../core/types.ts";
import { OBJECT_PATH } from "../commands/load.ts";
import { FILE_BUNDLE } from "../commands/trust_options.ts";
import type { CommandContext } from "../context.ts";
import { readInputFile } from "../input_file.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { type JudgedLoad, openCourt } from "./court.ts";
import type { ObjectFile } from "./object_file.ts";
import { readLoadSettings } from "../run/load_settings.ts";

/** Most bytes of a bundle. */
const BUNDLE_LIMIT = 4 * 1024 * 1024;
const BUNDLE_END = ".sigstore.json";

function unreadable(path: string, why: string): BpfmanError {
  return new BpfmanError(`Cannot read the bundle "${path}": ${why}`, { code: "file-unreadable" });
}

/** Reads a bundle. A pipe or device would have no end, or never begin. */
function readBundle(path: string): BundleFile {
  if (!Deno.statSync(path).isFile) throw unreadable(path, "it is not an ordinary file");
  const { bytes } = readInputFile(path, BUNDLE_LIMIT);
  if (bytes.length === BUNDLE_LIMIT) throw unreadable(path, `it has ${BUNDLE_LIMIT} bytes or more`);
  return { path, text: new TextDecoder().decode(bytes) };
}

/** The bundle that is named, else the one beside the file; undefined where there is none. */
export function findBundle(path: string, named: string | undefined): BundleFile | undefined {
  try {
    return readBundle(named ?? `${path}${BUNDLE_END}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    if (named === undefined) return undefined;
    throw unreadable(named, "it does not exist");
  }
}

/** What is to be loaded of a file. */
export interface FileWish {
  readonly path: string;
  readonly settings: LoadSettings;
  /** The file, where it was read already. @default it is read */
  readonly file?: ObjectFile;
  /** Looks at the court before it judges; throws when there is nothing to judge. */
  readonly check?: (court: Court) => void;
}

/** Prepares the load of a file with settings that were read already. */
export async function prepareFileAt(
  context: CommandContext,
  input: ParsedInput,
  { path, settings, file, check }: FileWish,
): Promise<JudgedLoad> {
  const { bytes, realPath } = file ?? await context.readObject(path);
  const court = await openCourt(context, input);
  check?.(court);
  const named = input.one(FILE_BUNDLE);
  const readBundle = () => findBundle(path, named);
  const prepared = await admitFile(court, { path, realPath, bytes, settings, readBundle });
  return { prepared, court };
}

/**
 * Prepares the load of the file that the arguments name.
 *
 * @throws {BpfmanError} When the file cannot be read, or is refused.
 */
export async function prepareFile(
  context: CommandContext,
  input: ParsedInput,
): Promise<PreparedLoad> {
  const settings = readLoadSettings(input);
  const wish = { path: input.must(OBJECT_PATH), settings };
  return (await prepareFileAt(context, input, wish)).prepared;
}
