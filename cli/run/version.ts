/**
 * `version`.
 *
 * @module
 */
import type { CommandContext } from "../context.ts";
import { printDocument } from "../output/document.ts";
import { ownVersions, type Versions, versionText } from "../output/version_text.ts";
import { VERSION } from "../version_number.ts";

/** Versions of what lies below, for a bug report. */
async function below(context: CommandContext): Promise<Versions> {
  const { host } = await context.kernel();
  return { ...host.libraries(), kernel: host.release };
}

/** Shows versions. */
export async function run(context: CommandContext): Promise<void> {
  const versions = {
    ...ownVersions(VERSION),
    ...(context.settings.isVerbose ? await below(context) : {}),
  };
  await printDocument(context, {
    data: () => versions,
    text: () => versionText(versions),
  });
}
