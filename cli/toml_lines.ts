/**
 * On which line a value of a TOML table begins; the reader of TOML does not tell.
 *
 * @module
 */

/** Parts of a dotted key: bare, or in quotes. */
function partsOf(key: string): string[] {
  const parts = key.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|([\w-]+)/g);
  return [...parts].map(([, basic, literal, bare]) =>
    basic === undefined ? literal ?? bare ?? "" : JSON.parse(`"${basic}"`)
  );
}

const KEY = `(?:"(?:[^"\\\\]|\\\\.)*"|'[^']*'|[\\w-]+)`;
const DOTTED = `${KEY}(?:\\s*\\.\\s*${KEY})*`;
const HEADER = new RegExp(`^\\s*(\\[\\[?)\\s*(${DOTTED})\\s*\\]\\]?`);
const PAIR = new RegExp(`^\\s*(${DOTTED})\\s*=`);

/** The path of an array of tables goes on with the number of the table. */
function numbered(
  parts: readonly string[],
  isList: boolean,
  counts: Map<string, number>,
): (string | number)[] {
  const path: (string | number)[] = [];
  for (const [at, part] of parts.entries()) {
    path.push(part);
    const key = JSON.stringify(path);
    if (isList && at === parts.length - 1) counts.set(key, (counts.get(key) ?? -1) + 1);
    const count = counts.get(key);
    if (count !== undefined) path.push(count);
  }
  return path;
}

/**
 * Finds the lines of one table.
 *
 * @param text The whole file.
 * @param table Name of the table.
 * @returns The line of a value by its path within the table, from 1; that of what holds it where the
 * value itself has none, such as one within braces.
 */
export function tomlLines(
  text: string,
  table: string,
): (path: readonly (string | number)[]) => number {
  const lines = new Map<string, number>();
  const counts = new Map<string, number>();
  let current: readonly (string | number)[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    const header = HEADER.exec(line);
    const pair = header === null ? PAIR.exec(line) : null;
    if (header !== null) {
      current = numbered(partsOf(header[2] ?? ""), header[1] === "[[", counts);
      if (!lines.has(JSON.stringify(current))) lines.set(JSON.stringify(current), at + 1);
    } else if (pair !== null) {
      lines.set(JSON.stringify([...current, ...partsOf(pair[1] ?? "")]), at + 1);
    }
  }
  return (path) => {
    for (let length = path.length; length >= 0; length--) {
      const line = lines.get(JSON.stringify([table, ...path.slice(0, length)]));
      if (line !== undefined) return line;
    }
    return 0;
  };
}
