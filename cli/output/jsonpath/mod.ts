/**
 * Templates of JSONPath in the syntax of Kubernetes, without its functions for regular expressions.
 *
 * @module
 */
import { evaluate, type Scope } from "./evaluate.ts";
import { parseTemplate } from "./parse.ts";
import type { Part } from "./types.ts";

/** Texts as they are, all else as JSON in one line. */
function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function partText(part: Part, scope: Scope): string {
  switch (part.kind) {
    case "text":
      return part.text;
    case "path":
      return evaluate(part.path, scope).map(valueText).join(" ");
    case "range":
      return evaluate(part.path, scope).map((current) =>
        part.body.map((inner) => partText(inner, { ...scope, current })).join("")
      ).join("");
  }
}

/** Throws a usage error where a template cannot be parsed. */
export function checkTemplate(template: string): void {
  parseTemplate(template);
}

/**
 * What a template makes of data: values of one path with a space between, and a newline at the end.
 *
 * @param template The template.
 * @param data What `JSON.stringify` can write.
 */
export function pickText(template: string, data: unknown): string {
  const document: unknown = JSON.parse(JSON.stringify(data));
  const scope = { document, current: document };
  const text = parseTemplate(template).map((part) => partText(part, scope)).join("");
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
