/**
 * Flags and variables that are baked into a single file.
 *
 * @module
 */
import { permissionFlags } from "../../../cli/deno_permissions.ts";
import { PERMISSION_SETS, type PermissionSet } from "../../../cli/permissions.ts";
import { DEFAULT_RUNTIME_DIRECTORY } from "../../../core/layout.ts";

/** Flags of every start: nothing is looked for in the user's directory, nothing is fetched. */
export const FIXED_FLAGS: readonly string[] = [
  "--quiet",
  "--no-config",
  "--no-lock",
  "--no-remote",
  "--no-npm",
  "--cached-only",
  "--no-prompt",
  "--unstable-kv",
  // packs of chunks are read as texts, and files of the kernel as data
  "--unstable-raw-imports",
  // without a word about it Deno compiles the main module as TypeScript, and keeps what comes of it
  "--ext=js",
  // a command is short: its objects fit into the first space for young ones, and what it calls often
  // is not worth compiling within the first milliseconds, which takes threads and memory
  "--v8-flags=--min-semi-space-size=4,--invocation-count-for-maglev=4000",
];

/** One of them: takes the place of the first word of a start by the tool itself. */
export const FIRST_FLAG = "--quiet";

/** Variables that every start has: no question to the network, no search for packages. */
export const ADDED_VARIABLES: readonly string[] = [
  "DENO_NO_UPDATE_CHECK=1",
  "DENO_NO_PACKAGE_JSON=1",
];

/** Without any, Deno cannot look for the programs that may be started, and refuses to start itself. */
export const DEFAULT_VARIABLE = [
  "PATH",
  "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
] as const;

/** Beginnings of variables that would change how the runtime works: flags, code, endpoints. */
export const DROPPED_VARIABLES: readonly string[] = ["DENO_", "NODE_", "OTEL_"];

/** Those of them that only name places and authorities. */
export const KEPT_VARIABLES: readonly string[] = ["DENO_DIR=", "DENO_CERT=", "DENO_TLS_CA_STORE="];

const distinct = (lists: readonly (readonly string[] | undefined)[]): string[] =>
  [...new Set(lists.flatMap((list) => list ?? []))].sort();

/** What all commands together may ask for. */
export function wholeSet(
  sets: readonly PermissionSet[] = Object.values(PERMISSION_SETS),
): PermissionSet {
  return {
    read: "any",
    write: "any",
    net: sets.some(({ net }) => net === true),
    hasWholeEnv: sets.some(({ hasWholeEnv }) => hasWholeEnv === true),
    env: distinct(sets.map(({ env }) => env)),
    ffi: distinct(sets.map(({ ffi }) => ffi)),
    run: distinct(sets.map(({ run }) => run)),
    sys: distinct(sets.map(({ sys }) => sys)),
    isChange: true,
  };
}

/** The same as flags: everything that some command needs, and nothing else. */
export function wholeFlags(): string[] {
  return permissionFlags(wholeSet(), { runtimeDirectory: DEFAULT_RUNTIME_DIRECTORY });
}
