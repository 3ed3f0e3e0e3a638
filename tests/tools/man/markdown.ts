/**
 * The Markdown of our documentation as blocks: what its pages use, and nothing else.
 *
 * @module
 */

/** One block of a page. */
export type Block =
  | { readonly kind: "heading"; readonly level: number; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  | { readonly kind: "code"; readonly lines: readonly string[] }
  | { readonly kind: "list"; readonly items: readonly ListItem[] }
  | { readonly kind: "table"; readonly rows: readonly (readonly string[])[] };

/** An item of a list with its mark, such as `-` or `2.`. */
export interface ListItem {
  readonly mark: string;
  readonly text: string;
}

const HEADING = /^(#{1,6}) (.+)$/;
const FENCE = /^```/;
const ITEM = /^(-|\d+\.) +(.*)$/;
const COMMENT = /^<!--.*-->$/;

/** Where reading stands. */
class Reader {
  readonly #lines: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#lines = text.split("\n");
  }

  get line(): string | undefined {
    return this.#lines[this.#at];
  }

  next(): string {
    return this.#lines[this.#at++] ?? "";
  }

  /** Lines as long as they fit. */
  while(fits: (line: string) => boolean): string[] {
    const found: string[] = [];
    while (this.line !== undefined && fits(this.line)) found.push(this.next());
    return found;
  }
}

function readCode(reader: Reader): Block {
  reader.next();
  const lines = reader.while((line) => !FENCE.test(line));
  if (reader.line === undefined) throw new TypeError("Cannot read the page: a code block is open");
  reader.next();
  return { kind: "code", lines };
}

/** Cells of a row; `\|` is no border. */
function cells(row: string): string[] {
  return row.trim().slice(1, -1).split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function readTable(reader: Reader): Block {
  const [head = "", , ...body] = reader.while((line) => line.startsWith("|"));
  return { kind: "table", rows: [head, ...body].map(cells) };
}

function readList(reader: Reader): Block {
  const items: ListItem[] = [];
  for (let match = ITEM.exec(reader.line ?? ""); match; match = ITEM.exec(reader.line ?? "")) {
    reader.next();
    const further = reader.while((line) => /^ +\S/.test(line)).map((line) => line.trim());
    items.push({ mark: match[1] ?? "-", text: [match[2] ?? "", ...further].join(" ") });
  }
  return { kind: "list", items };
}

function isPlain(line: string): boolean {
  return line !== "" && !HEADING.test(line) && !FENCE.test(line) && !line.startsWith("|") &&
    !ITEM.test(line) && !COMMENT.test(line);
}

function readBlock(reader: Reader): Block[] {
  const line = reader.line ?? "";
  const heading = HEADING.exec(line);
  if (heading !== null) {
    reader.next();
    return [{ kind: "heading", level: heading[1]?.length ?? 1, text: heading[2] ?? "" }];
  }
  if (FENCE.test(line)) return [readCode(reader)];
  if (line.startsWith("|")) return [readTable(reader)];
  if (ITEM.test(line)) return [readList(reader)];
  if (isPlain(line)) return [{ kind: "paragraph", text: reader.while(isPlain).join(" ") }];
  reader.next();
  return [];
}

/** Reads a page. */
export function parseMarkdown(text: string): Block[] {
  const reader = new Reader(text);
  const blocks: Block[] = [];
  while (reader.line !== undefined) blocks.push(...readBlock(reader));
  return blocks;
}
