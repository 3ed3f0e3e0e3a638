/**
 * The command-line tool as the npm package has it: one text that imports no other package, and a
 * module before it that says what it is.
 *
 * @module
 */
import { bundle } from "../compile/bundle.ts";
import type { SourceFile } from "../compile/imports.ts";

/** The module that users import. */
export const TOOL_ENTRY = "cli/main.ts";
/** The text. From its folder it is as far to the root as from any folder of the tool. */
const TOOL_TEXT = "cli/bundle/tool.js";
const TOOL_TYPES = "cli/bundle/tool.d.ts";

const DECLARED = `export declare function main(args: readonly string[]): Promise<number>;
export declare function runAndExit(): Promise<never>;
`;

/** What is said about something: the comment that ends where the text goes on with `next`. */
function commentBefore(text: string, next: string): string {
  const end = text.indexOf(next);
  const begin = text.lastIndexOf("/**", end);
  if (end === -1 || begin === -1) {
    throw new TypeError(`Cannot pack "${TOOL_ENTRY}": nothing is said before "${next}"`);
  }
  return text.slice(begin, end);
}

/** The module that users import, with what the source says about it. */
export function toolEntry(source: string): string {
  const about = source.slice(0, source.indexOf("*/") + 2);
  const main = commentBefore(source, "export async function main(");
  const end = commentBefore(source, "export async function runAndExit(");
  return `${about}
import * as tool from "./bundle/tool.js";

${main}export async function main(args: readonly string[]): Promise<number> {
  return await tool.main(args);
}

${end}export async function runAndExit(): Promise<never> {
  return await tool.runAndExit();
}

if (import.meta.main) await runAndExit();
`;
}

/** The modules of the tool, in place of those of the sources. */
export async function toolModules(sources: readonly SourceFile[]): Promise<SourceFile[]> {
  const source = sources.find(({ path }) => path === TOOL_ENTRY);
  const entry = toolEntry(source?.text ?? "");
  const text = await bundle({ builder: "npm" });
  return [
    { path: TOOL_ENTRY, text: entry },
    { path: TOOL_TEXT, text: `// @ts-self-types="./tool.d.ts"\n${text}` },
    { path: TOOL_TYPES, text: DECLARED },
  ];
}
