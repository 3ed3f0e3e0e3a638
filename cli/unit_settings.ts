/**
 * What units are made for: the program that runs now, with its places.
 *
 * @module
 */
import type { UnitSettings } from "../core/units/settings.ts";
import { isScratch } from "../core/units/hardening.ts";
import { auditDirectory } from "./audit_place.ts";
import { BUILDER } from "./build_info.ts";
import type { CommandContext } from "./context.ts";
import { dataDirectory } from "./data_directory.ts";
import type { ParsedInput } from "./parsed_input.ts";
import { sourcesOf, stageModule } from "./stages/arguments.ts";
import { denoDirectory } from "./stages/environment.ts";

function absolute(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}

/** Tells of what the next start of the machine takes away. */
function warnOfScratch({ terminal }: CommandContext, paths: readonly string[]): void {
  const lost = paths.find(isScratch);
  if (lost === undefined) return;
  terminal.err(`bpfman: note: the next start of the machine may remove "${lost}"\n`);
}

/** The module that the user started; of an npm package the one that imports no other package. */
function startedModule(): string {
  return BUILDER === "npm" ? stageModule() : Deno.mainModule;
}

/** The words that start this tool. */
function programWords(execPath: string, mainModule: string): string[] {
  if (BUILDER !== "source" && BUILDER !== "npm") return [execPath];
  const main = sourcesOf(mainModule) === undefined
    ? mainModule
    : decodeURIComponent(new URL(mainModule).pathname);
  // what is not there when the machine starts cannot be fetched then
  return [execPath, "run", "-q", "-A", "--no-prompt", "--cached-only", main];
}

/** The settings of this process. */
export function unitSettings(
  context: CommandContext,
  input: ParsedInput,
): UnitSettings {
  const { settings } = context;
  const { execPath, mainModule } = { execPath: Deno.execPath(), mainModule: startedModule() };
  const sources = sourcesOf(mainModule);
  const programPaths = [execPath, ...(sources === undefined ? [] : [sources])];
  warnOfScratch(context, programPaths);
  const names = ["DENO_DIR", "XDG_CACHE_HOME", "HOME"] as const;
  const environment = Object.fromEntries(
    names.flatMap((name) => {
      const value = context.env(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const cache = denoDirectory(environment);
  return {
    program: programWords(execPath, mainModule),
    runtimeDirectory: settings.runtimeDirectory,
    dataDirectory: dataDirectory(context, input),
    auditDirectory: auditDirectory(settings),
    ...(settings.config === undefined ? {} : { config: absolute(settings.config) }),
    ...(cache === undefined ? {} : { denoDirectory: cache }),
    programPaths,
  };
}
