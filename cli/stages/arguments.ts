/**
 * How the two processes are started: flags of Deno, then the arguments of the user.
 *
 * @module
 */
import { BUILDER } from "../build_info.ts";
import { permissionFlags, type PermissionPlaces } from "../deno_permissions.ts";
import { STAGE_SETS, stageSetName } from "./permission_sets.ts";
import { DEFAULT_CONFIG } from "../config_file.ts";
import { auditDirectory } from "../audit_place.ts";
import { END_WORD, STAGE_WORD } from "../single_file.ts";
import type { LaunchRequest } from "./stage.ts";

/** Path of a file without a slash at its end. */
function fromFileUrl(url: URL): string {
  return decodeURIComponent(url.pathname).replace(/\/+$/, "");
}

/**
 * The module that the processes begin with: one of this package, whoever's module the user started.
 * In a package of npm it is this text, which imports no other package.
 */
export function stageModule(): string {
  return BUILDER === "npm" ? import.meta.url : new URL("../main.ts", import.meta.url).href;
}

/** Directory of this package; undefined when its modules come from elsewhere, or are in one file. */
export function sourcesOf(mainModule: string): string | undefined {
  if (BUILDER !== "source" && BUILDER !== "npm") return undefined;
  const isFile = new URL(mainModule).protocol === "file:";
  return isFile ? fromFileUrl(new URL("../../", import.meta.url)) : undefined;
}

/** What the processes of a request are told. */
export interface StageCommand {
  readonly stage: "front" | "loader";
  readonly request: LaunchRequest;
  /** Module that both processes begin with. */
  readonly mainModule: string;
  /** The arguments of the user. */
  readonly args: readonly string[];
  /** Directories that it may write to besides. @default none */
  readonly written?: readonly string[];
}

/** Flags that narrow a stage down. */
function stageFlags(
  { stage, request, mainModule, written = [] }: StageCommand,
): string[] {
  const set = STAGE_SETS[stageSetName(stage, request.command.permissions)];
  const sources = sourcesOf(mainModule);
  const { runtimeDirectory, config = DEFAULT_CONFIG } = request.settings;
  const places: PermissionPlaces = {
    runtimeDirectory,
    files: [config],
    auditDirectory: auditDirectory(request.settings),
    written,
    ...(request.dataDirectory === undefined ? {} : { dataDirectory: request.dataDirectory }),
    ...(sources === undefined ? {} : { sources }),
  };
  return permissionFlags(set, places);
}

/** Flags and arguments of Deno for a stage whose modules Deno finds. */
function runArguments(command: StageCommand): string[] {
  const { stage, mainModule, args } = command;
  const sources = sourcesOf(mainModule);
  const { host } = new URL(mainModule);
  const hasConfig = sources !== undefined && BUILDER === "source";
  return [
    "run",
    "-q",
    // the commands bring what they need; a configuration of somebody else's directory must not count
    ...(hasConfig ? [`--config=${sources}/deno.json`] : ["--no-config"]),
    "--no-lock",
    "--unstable-kv",
    "--no-prompt",
    ...stageFlags(command),
    // modules of hosts that Deno does not know by itself need a permission to be imported
    ...(sources === undefined ? [`--allow-import=${host}`] : []),
    ...(sources === undefined && stage === "loader" ? ["--cached-only"] : []),
    mainModule,
    ...args,
  ];
}

/** Arguments of the program that this process is one of, for a stage. */
export function stageArguments(command: StageCommand): string[] {
  switch (BUILDER) {
    case "source":
    case "npm":
      return runArguments(command);
    case "single-file":
      return [STAGE_WORD, ...stageFlags(command), END_WORD, ...command.args];
    case "deno-compile":
      // such a program takes no flags: it gives up what it does not need (missing_kinds.ts)
      return [...command.args];
  }
}
