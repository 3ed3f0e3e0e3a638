/**
 * Prepares the objects of applications: each is resolved, read and judged by itself.
 *
 * @module
 */
import type { PreparedApplication, PreparedLoad } from "../../core/admission/types.ts";
import { objectPath } from "../../core/declared/generations.ts";
import { BpfmanError } from "../../core/errors.ts";
import type { CommandContext } from "../context.ts";
import { orLeaveOut } from "../declared/left_out.ts";
import { dataDirectory } from "../data_directory.ts";
import type { WantedApplication } from "../declared/wish.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { allowedBy, exceptionsOf, settingsOf } from "./application_settings.ts";
import { prepareFileAt } from "./file.ts";
import { prepareImageAt } from "./image.ts";
import { readObjectFile } from "./object_file.ts";

/** The copy of a file's object, which was kept when it was applied. */
function keptObject(
  path: string,
  former: NonNullable<WantedApplication["former"]>,
  directory: string,
) {
  const { source, objectDigest } = former.object;
  const copy = objectPath(directory, objectDigest);
  try {
    const { bytes } = readObjectFile(copy);
    return { bytes, realPath: source.kind === "file" ? source.path : path };
  } catch (cause) {
    throw new BpfmanError(`Cannot read the kept object of "${path}"`, {
      code: "object-missing",
      hint: `${copy} is gone or unreadable; apply the manifest once more`,
      cause,
    });
  }
}

async function prepareObject(
  context: CommandContext,
  input: ParsedInput,
  wanted: WantedApplication,
): Promise<PreparedLoad> {
  const { desired, former } = wanted;
  const settings = settingsOf(desired);
  const { bytecode } = desired;
  if (bytecode.kind === "image") {
    const { url: name, pullPolicy } = bytecode;
    const pull = former === null ? pullPolicy : "Never";
    const allowed = exceptionsOf(wanted, input);
    return (await prepareImageAt(context, input, { name, settings, pull, allowed })).prepared;
  }
  const { path } = bytecode;
  const kept = former === null ? {} : {
    file: keptObject(path, former, dataDirectory(context, input)),
  };
  return (await prepareFileAt(context, input, { path, settings, ...kept })).prepared;
}

/** A generation's digest is all that may come of it: nobody may have put another object there. */
function checkFormer({ desired, former }: WantedApplication, { admission }: PreparedLoad): void {
  if (former === null || admission.objectDigest === former.object.objectDigest) return;
  throw new BpfmanError(
    `Cannot use generation ${former.number} of "${desired.name}": its object is ` +
      `${admission.objectDigest}, and ${former.object.objectDigest} was applied`,
    { code: "object-digest-mismatch", hint: "Apply the manifest once more" },
  );
}

/**
 * Prepares the object of every application that is wanted.
 *
 * @param context The command's world.
 * @param input Its arguments.
 * @throws {BpfmanError} When one cannot be read, or is refused.
 */
export async function prepareApplications(
  context: CommandContext,
  input: ParsedInput,
): Promise<readonly PreparedApplication[]> {
  const { applications } = await context.wish();
  const prepared: PreparedApplication[] = [];
  // one after the other: images may come from one store, and progress is told line by line
  for (const wanted of applications) {
    const { name } = wanted.desired;
    await orLeaveOut(context.leftOut, name, async () => {
      const load = await prepareObject(context, input, wanted);
      checkFormer(wanted, load);
      const allowedUnsigned = allowedBy(wanted, input, load.admission);
      prepared.push({ ...load, name, allowedUnsigned });
    });
  }
  return prepared;
}
