/**
 * Takes the quotes off a word as bash hands it over.
 *
 * @module
 */

const PART = /\\([^])|'([^']*)(?:'|$)|"((?:\\[^]|[^"\\])*)(?:"|$)|([^\\'"]+)/g;

/** The word that bash would make of it, an open quote at its end included. */
export function unquoteBash(word: string): string {
  return [...word.matchAll(PART)].map(([, escaped, single, double, plain]) =>
    escaped ?? single ?? double?.replaceAll(/\\(["$\\`])/g, "$1") ?? plain ?? ""
  ).join("");
}
