/**
 * Parses templates: text with paths in braces, `{range …}…{end}` for each element of a path, and
 * quoted text in braces.
 *
 * @module
 */
import { parsePath, parseQuoted } from "./parse_path.ts";
import { Reader } from "./reader.ts";
import type { Part } from "./types.ts";

/** What ended a list of parts. */
type End = "template" | "range";

function parseBraces(reader: Reader): Part[] {
  const parts: Part[] = [];
  for (reader.space(); !reader.takes("}"); reader.space()) {
    const text = parseQuoted(reader);
    const path = text === undefined ? parsePath(reader) : undefined;
    if (text !== undefined) parts.push({ kind: "text", text });
    else if (path !== undefined) parts.push({ kind: "path", path });
    else throw reader.wrong("a path such as .name, or a quoted text, is missing");
  }
  return parts;
}

/** The body of a range, up to its end. */
function parseRange(reader: Reader): Part {
  reader.space();
  const path = parsePath(reader);
  if (path === undefined) throw reader.wrong("the path of the range is missing");
  reader.space();
  reader.must("}");
  return { kind: "range", path, body: parseParts(reader, "range") };
}

function parseParts(reader: Reader, within: End): Part[] {
  const parts: Part[] = [];
  while (!reader.isAtEnd) {
    const text = reader.match(/[^{]+/y);
    if (text !== null) {
      parts.push({ kind: "text", text: text[0] });
      continue;
    }
    const start = reader.at;
    reader.must("{");
    if (reader.match(/\s*end\s*\}/y) !== null) {
      if (within === "range") return parts;
      reader.at = start;
      throw reader.wrong("no range is open");
    }
    if (reader.match(/\s*range(?=[\s$@.[])/y) !== null) parts.push(parseRange(reader));
    else parts.push(...parseBraces(reader));
  }
  if (within === "range") throw reader.wrong('"{end}" of the range is missing');
  return parts;
}

/** A path without braces; its first name may do without the point. */
function parseBare(template: string): Part[] {
  const reader = new Reader(/^[.[$@]/.test(template) ? template : `.${template}`);
  const path = parsePath(reader);
  if (path === undefined || !reader.isAtEnd) throw reader.wrong("a path has no such part");
  return [{ kind: "path", path }];
}

/**
 * Parses a template. Throws a usage error that names the place of what is wrong.
 *
 * @param template A template, or a path without braces.
 */
export function parseTemplate(template: string): readonly Part[] {
  const bare = template.trim();
  if (bare === "") throw new Reader("").wrong("it is empty");
  if (!template.includes("{")) return parseBare(bare);
  return parseParts(new Reader(template), "template");
}
