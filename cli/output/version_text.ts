/**
 * Versions as text.
 *
 * @module
 */

import { BUILDER } from "../build_info.ts";

/** Versions by name; null for what is not installed. */
export type Versions = Readonly<Record<string, string | null>>;

/** Versions of this tool and of what runs it. */
export function ownVersions(version: string): Versions {
  return {
    version,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    target: Deno.build.target,
    builder: BUILDER,
  };
}

/** Versions, one a line. */
export function versionText(versions: Versions): string {
  const { version, ...others } = versions;
  const width = Math.max(...Object.keys(others).map((name) => name.length));
  const lines = Object.entries(others).map(([name, value]) =>
    `  ${name.padEnd(width)}  ${value ?? "not installed"}\n`
  );
  return `bpfman ${version}\n${lines.join("")}`;
}
