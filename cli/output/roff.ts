/**
 * Text for man(7): what roff would take for a request, an escape or a typographic dash is said in its
 * own way.
 *
 * @module
 */

/** Text within a line, as it is to be read: hyphens stay hyphens that can be copied. */
export function roffText(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga").replaceAll("^", "\\(ha").replaceAll("~", "\\(ti")
    .replaceAll(
      /[^\x20-\x7e]/gu,
      (sign) => `\\[u${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`,
    );
}

/** A line of text. One that begins like a request begins with a sign of no width. */
export function roffLine(text: string): string {
  const line = roffText(text);
  return /^[.'\\]/.test(line) && !line.startsWith("\\-") ? `\\&${line}` : line;
}

/** An argument of a request. */
export function roffArgument(text: string): string {
  return `"${roffText(text).replaceAll('"', "\\(dq")}"`;
}

/** Lines that are shown as they are. */
export function roffExample(lines: readonly string[]): string[] {
  return [".PP", ".RS 4", ".nf", ...lines.map(roffLine), ".fi", ".RE"];
}

/** A name or option and what it is. */
export function roffEntry(name: string, text: string): string[] {
  return [".TP", `\\fB${roffText(name)}\\fP`, roffLine(text)];
}

/** Head of a page. Without a date: a page is the same whenever it is made. */
export function roffHead(
  { name, section, version, title }: {
    readonly name: string;
    readonly section: number;
    readonly version: string;
    readonly title: string;
  },
): string[] {
  return [
    '.\\" Made by bpfman from what its commands and files are; do not edit.',
    `.TH ${roffArgument(name.toUpperCase())} ${section} "" ${roffArgument(`bpfman ${version}`)} ${
      roffArgument("bpfman for Deno")
    }`,
    ".nh",
    ".ad l",
    ".SH NAME",
    `${roffText(name)} \\- ${roffText(title)}`,
  ];
}

/** A page by its name and section. */
export interface PageName {
  readonly name: string;
  readonly section: number;
}

/** The section that names other pages, those of the lower sections first. */
export function roffSeeAlso(pages: readonly PageName[]): string[] {
  const sorted = pages.toSorted((a, b) => a.section - b.section);
  return [
    ".SH SEE ALSO",
    ...sorted.map(({ name, section }, at) =>
      `.BR ${roffText(name)} (${section})${at === sorted.length - 1 ? "" : ","}`
    ),
  ];
}
