/**
 * Blocks of Markdown as the body of a man page.
 *
 * @module
 */
import { roffArgument } from "../../../cli/output/roff.ts";
import { exampleLine, inlineLine, inlineRoff, type PageLinks, toAscii } from "./inline.ts";
import type { Block, ListItem } from "./markdown.ts";

/** A title as a section or a part of one. */
function heading(level: number, text: string): string {
  const title = toAscii(text.replaceAll("`", ""));
  return level <= 2 ? `.SH ${roffArgument(title.toUpperCase())}` : `.SS ${roffArgument(title)}`;
}

function code(lines: readonly string[]): string[] {
  return [".PP", ".RS 4", ".nf", ...lines.map((line) => exampleLine(line)), ".fi", ".RE"];
}

function item({ mark, text }: ListItem, links: PageLinks): string[] {
  const sign = mark === "-" ? "\\(bu" : mark;
  return [`.IP ${sign} 4`, inlineLine(text, links)];
}

/** Cells after the second, with what their column is about. */
function remarks(head: readonly string[], row: readonly string[], links: PageLinks): string[] {
  return row.slice(2).flatMap((cell, at) => {
    const title = head[at + 2] ?? "";
    return cell === "" ? [] : [".br", inlineLine(title === "" ? cell : `${title}: ${cell}`, links)];
  });
}

/** A row as an entry; one without a name goes on with the entry before. */
function row(head: readonly string[], cells: readonly string[], links: PageLinks): string[] {
  const [name = "", text = ""] = cells;
  if (name === "") return [".br", inlineLine(text, links), ...remarks(head, cells, links)];
  const tag = inlineRoff(name.replaceAll("`", "").replaceAll("**", ""), links);
  return [".TP", `\\fB${tag.replaceAll(/\\f[BP]/g, "")}\\fP`, inlineLine(text, links) || "\\&"]
    .concat(remarks(head, cells, links));
}

/** One block. */
function blockLines(block: Block, links: PageLinks): string[] {
  switch (block.kind) {
    case "heading":
      return [heading(block.level, block.text)];
    case "paragraph":
      return [".PP", inlineLine(block.text, links)];
    case "code":
      return code(block.lines);
    case "list":
      return block.items.flatMap((one) => item(one, links));
    case "table": {
      const [head = [], ...rows] = block.rows;
      return rows.flatMap((cells) => row(head, cells, links));
    }
  }
}

/**
 * The body of a page: what stands before the first section describes it.
 *
 * @param blocks The page; its title is left out.
 * @param links Where links lead.
 */
export function manBody(blocks: readonly Block[], links: PageLinks): string[] {
  const body = blocks.filter((block) => block.kind !== "heading" || block.level > 1);
  return [".SH DESCRIPTION", ...body.flatMap((block) => blockLines(block, links))];
}
