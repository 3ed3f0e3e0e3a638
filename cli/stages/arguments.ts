/**
 * How the two processes are started: flags of Deno, then the arguments of the user.
 *
 * @module
 */
import { permissionFlags, type PermissionPlaces } from "../deno_permissions.ts";
import { STAGE_SETS, stageSetName } from "../permissions.ts";
import { DEFAULT_CONFIG } from "../config_file.ts";
import { auditDirectory } from "../audit_place.ts";
import type { LaunchRequest } from "./stage.ts";

/** Path of a file without a slash at its end. */
function fromFileUrl(url: URL): string {
  return decodeURIComponent(url.pathname).replace(/\/+$/, "");
}

/** Directory of this package; undefined when its modules come from elsewhere. */
export function sourcesOf(mainModule: string): string | undefined {
  const isFile = new URL(mainModule).protocol === "file:";
  return isFile ? fromFileUrl(new URL("../../", import.meta.url)) : undefined;
}

/** What the processes of a request are told. */
export interface StageCommand {
  readonly stage: "front" | "loader";
  readonly request: LaunchRequest;
  /** Module that the user started. */
  readonly mainModule: string;
  /** The arguments of the user. */
  readonly args: readonly string[];
  /** Directories that it may write to besides. @default none */
  readonly written?: readonly string[];
}

/** Flags and arguments of Deno for a stage. */
export function stageArguments(
  { stage, request, mainModule, args, written = [] }: StageCommand,
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
  const { host } = new URL(mainModule);
  return [
    "run",
    "-q",
    // the commands bring what they need; a configuration of somebody else's directory must not count
    ...(sources === undefined ? ["--no-config"] : [`--config=${sources}/deno.json`]),
    "--no-lock",
    "--unstable-kv",
    "--no-prompt",
    ...permissionFlags(set, places),
    // modules of hosts that Deno does not know by itself need a permission to be imported
    ...(sources === undefined ? [`--allow-import=${host}`] : []),
    ...(sources === undefined && stage === "loader" ? ["--cached-only"] : []),
    mainModule,
    ...args,
  ];
}
