/**
 * What a registry asks for when it answers 401.
 *
 * @module
 */

/** A challenge: its scheme in lower case, and its parameters with names in lower case. */
export interface Challenge {
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const SCHEME = new RegExp(`^\\s*(${TOKEN})(?:\\s+|$)`);
const PARAMETER = new RegExp(
  `\\s*(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s,"]+))\\s*(?:,|$)`,
  "y",
);

/**
 * Reads the first challenge of a `WWW-Authenticate` header.
 *
 * @param header Its value; undefined when there is none that can be read.
 */
export function parseChallenge(header: string | null): Challenge | undefined {
  const start = SCHEME.exec(header ?? "");
  if (header === null || start === null) return undefined;
  const parameters: Record<string, string> = {};
  const pattern = new RegExp(PARAMETER);
  pattern.lastIndex = start[0].length;
  for (let found = pattern.exec(header); found !== null; found = pattern.exec(header)) {
    const [, name = "", quoted, plain = ""] = found;
    parameters[name.toLowerCase()] = quoted === undefined ? plain : quoted.replace(/\\(.)/g, "$1");
  }
  return { scheme: (start[1] ?? "").toLowerCase(), parameters };
}

/** One scope for each resource, with all actions that any of them names. */
export function mergeScopes(scopes: readonly string[]): string[] {
  const actions = new Map<string, Set<string>>();
  for (const scope of scopes) {
    const colon = scope.lastIndexOf(":");
    if (colon <= 0) continue;
    const resource = scope.slice(0, colon);
    const known = actions.get(resource) ?? new Set();
    for (const action of scope.slice(colon + 1).split(",")) known.add(action);
    actions.set(resource, known);
  }
  return [...actions].map(([resource, all]) => `${resource}:${[...all].sort().join(",")}`);
}
