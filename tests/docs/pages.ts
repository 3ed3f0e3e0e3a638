/**
 * The pages for people, and what they are made of: code blocks, links, headings, commands in the
 * running text.
 *
 * @module
 */

/** Root of the checkout, with a slash at its end. */
export const ROOT: string = new URL("../../", import.meta.url).pathname;

/** One code block. */
export interface Block {
  /** First word after the fence; empty where there is none. */
  readonly kind: string;
  /** The words after it, such as `ignore`. */
  readonly marks: readonly string[];
  readonly code: string;
  /** Line of the fence, from 1. */
  readonly line: number;
}

function markdownIn(folder: string): string[] {
  return [...Deno.readDirSync(`${ROOT}${folder}`)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return markdownIn(`${folder}${name}/`);
    return name.endsWith(".md") ? [`${folder}${name}`] : [];
  });
}

/** Every page, relative to the checkout: those of the root and all of `docs`. */
export function findPages(): string[] {
  const root = [...Deno.readDirSync(ROOT)].map(({ name }) => name);
  return [...root.filter((name) => name.endsWith(".md")), ...markdownIn("docs/")].sort();
}

/** Text of a page. */
export function readPage(page: string): string {
  return Deno.readTextFileSync(`${ROOT}${page}`);
}

/** All code blocks of a page, also those that are part of a list. Throws where one is not closed. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: (Omit<Block, "code"> & { indent: string; lines: string[] }) | undefined;
  for (const [at, line] of markdown.split("\n").entries()) {
    const fence = /^(\s*)```\s*(\S*)(.*)$/.exec(line);
    if (open === undefined && fence !== null) {
      const [, indent = "", kind = "", rest = ""] = fence;
      const marks = rest.split(/\s+/).filter((word) => word !== "");
      open = { indent, kind, marks, line: at + 1, lines: [] };
    } else if (open !== undefined && fence !== null) {
      const { indent, kind, marks, line: start, lines } = open;
      const code = lines.map((text) => `${text.replace(new RegExp(`^${indent}`), "")}\n`).join("");
      blocks.push({ kind, marks, code, line: start });
      open = undefined;
    } else open?.lines.push(line);
  }
  if (open !== undefined) throw new Error(`The block of line ${open.line} has no end`);
  return blocks;
}

/** The page without its code blocks, each line in its place. */
function proseOf(markdown: string): string {
  let isCode = false;
  return markdown.split("\n").map((line) => {
    const isFence = /^\s*```/.test(line);
    if (isFence) isCode = !isCode;
    return isFence || isCode ? "" : line;
  }).join("\n");
}

/** Targets of all links and pictures of a page. */
export function linksOf(markdown: string): string[] {
  return [...proseOf(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target ?? "");
}

/** Names that links may have behind `#`, as GitHub makes them of headings. */
export function anchorsOf(markdown: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading = ""] of proseOf(markdown).matchAll(/^#+ (.+)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N}\s_-]/gu, "").replace(/\s/g, "-");
    let name = anchor;
    for (let count = 1; anchors.has(name); count++) name = `${anchor}-${count}`;
    anchors.add(name);
  }
  return anchors;
}

/** Texts between backquotes. */
export function codeSpansOf(markdown: string): string[] {
  return [...proseOf(markdown).matchAll(/`([^`]+)`/g)]
    .map(([, text]) => (text ?? "").replace(/\s+/g, " "));
}
