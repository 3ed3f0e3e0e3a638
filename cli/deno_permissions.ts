/**
 * A permission set in the words of Deno: for deno.json, and as flags of `deno run`.
 *
 * @module
 */
import { DEFAULT_RUNTIME_DIRECTORY } from "../core/layout.ts";
import { AUDIT_DIRECTORY } from "./audit_place.ts";
import { type PermissionSet, REQUESTER_ENVIRONMENT } from "./permissions.ts";
import { PLAN_PIPE } from "./stages/permission_sets.ts";

/** Directories where the C libraries live: Debian's two architectures, Fedora, plain installs. */
const LIBRARY_DIRECTORIES = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/lib64",
  "/usr/lib",
] as const;

/** Directory of the configuration. */
const CONFIGURATION = "/etc/bpfman";

function libraryPaths(names: readonly string[]): string[] {
  return LIBRARY_DIRECTORIES.flatMap((directory) => names.map((name) => `${directory}/${name}`));
}

/** A set as deno.json spells it. */
export interface DenoPermissionSet {
  read?: true | string[];
  write?: true | string[];
  env?: true | string[];
  net?: true;
  ffi?: string[];
  run?: string[];
  sys?: string[];
}

/** Places that sets are about. */
export interface PermissionPlaces {
  readonly runtimeDirectory: string;
  /** Directory of stored kernels. @default "/var/lib/bpfman" */
  readonly dataDirectory?: string;
  /** Directory of the audit log. @default that of the runtime directory */
  readonly auditDirectory?: string;
  /** Directory of this package; left out when its modules come from elsewhere. */
  readonly sources?: string;
  /** Files that are read besides, such as a configuration. @default none */
  readonly files?: readonly string[];
  /** Directories that are written to besides. @default none */
  readonly written?: readonly string[];
}

/** Directory of the audit log. */
function auditDirectoryOf({ runtimeDirectory, auditDirectory }: PermissionPlaces): string {
  return auditDirectory ??
    (runtimeDirectory === DEFAULT_RUNTIME_DIRECTORY ? AUDIT_DIRECTORY : runtimeDirectory);
}

/** A set for some places, in the words of deno.json. */
export function denoPermissionSet(
  set: PermissionSet,
  places: PermissionPlaces,
): DenoPermissionSet {
  const { runtimeDirectory, dataDirectory = "/var/lib/bpfman", sources } = places;
  const result: DenoPermissionSet = {};
  const folders = {
    state: [runtimeDirectory],
    data: [dataDirectory],
    both: [runtimeDirectory, dataDirectory],
  };
  // Modules are read when a command needs them, see importUnseen in main.ts.
  const own = [...(sources === undefined ? [] : [sources]), ...places.files ?? []];
  const log = set.isChange ? [auditDirectoryOf(places)] : [];
  const more = set.isChange ? [CONFIGURATION, ...log] : [];
  const distinct = (paths: readonly string[]) => [...new Set(paths)];
  const pipe = (way: PermissionSet["pipe"]) => set.pipe === way ? [PLAN_PIPE] : [];
  if (set.read === "any") result.read = true;
  else if (set.read !== undefined) {
    result.read = distinct([...own, ...pipe("read"), ...folders[set.read], ...more]);
  } else if (own.length > 0) result.read = own;
  if (set.write === "any") result.write = true;
  else if (set.write !== undefined || set.pipe === "write") {
    const written = set.write === undefined ? [] : folders[set.write];
    const logged = set.pipe === "write" ? [] : log;
    result.write = distinct([...pipe("write"), ...written, ...logged, ...places.written ?? []]);
  }
  if (set.env !== undefined) {
    result.env = distinct([...set.env, ...(set.isChange ? REQUESTER_ENVIRONMENT : [])]);
  }
  if (set.hasWholeEnv) result.env = true;
  if (set.net) result.net = true;
  if (set.ffi !== undefined) result.ffi = libraryPaths(set.ffi);
  if (set.run !== undefined) result.run = [...set.run];
  if (set.sys !== undefined) result.sys = [...set.sys];
  return result;
}

/** A set for some places, as flags of `deno run`. */
export function permissionFlags(set: PermissionSet, places: PermissionPlaces): string[] {
  return Object.entries(denoPermissionSet(set, places)).map(([kind, value]) =>
    value === true ? `--allow-${kind}` : `--allow-${kind}=${value.join(",")}`
  );
}
