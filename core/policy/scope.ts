/**
 * Which scope of a policy covers a source: the longest one wins.
 *
 * @module
 */
import type { LoadedPolicy, ScopeRule, SourceFacts } from "./types.ts";

/** The scope that decides, with its place in the policy. */
export interface MatchedScope {
  readonly name: string;
  readonly rule: ScopeRule;
  readonly path: readonly string[];
}

/** The source as scopes name it. */
export function sourceName(source: SourceFacts): string {
  switch (source.kind) {
    case "image":
      return source.repository;
    case "layout":
      return `oci:${source.path}`;
    case "file":
      return `file:${source.path}`;
  }
}

/** True when the scope is the name, or a whole part at its begin: never half a word. */
function covers(scope: string, name: string): boolean {
  if (scope === name) return true;
  const begin = scope.endsWith("/") || scope.endsWith(":") ? scope : `${scope}/`;
  return name.startsWith(begin);
}

/**
 * Finds the scope. A scope `REPOSITORY@DIGEST` covers that image alone.
 *
 * @returns The scope; the policy's default when none covers the source.
 */
export function matchScope({ policy }: LoadedPolicy, source: SourceFacts): MatchedScope {
  const name = sourceName(source);
  const exact = `${name}@${source.digest}`;
  const found = Object.entries(policy.scopes ?? {})
    .filter(([scope]) => scope === exact || covers(scope, name))
    .sort(([a], [b]) => b.length - a.length)[0];
  if (found === undefined) {
    return { name: "default", rule: policy.default ?? {}, path: ["default"] };
  }
  return { name: found[0], rule: found[1], path: ["scopes", found[0]] };
}
