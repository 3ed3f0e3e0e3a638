/**
 * Reads the JUnit reports that `deno test --junit-path` writes.
 *
 * @module
 */

/** How a test ended. `filtered` tests were not asked for. */
export type Outcome = "passed" | "failed" | "skipped" | "filtered";

/** One test of a report; its steps are part of it. */
export interface TestCase {
  /** File of the test, relative to the project. */
  readonly file: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly seconds: number;
  /** The message of a failure. */
  readonly detail?: string;
}

interface Element {
  readonly attributes: ReadonlyMap<string, string>;
  readonly content: string;
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/** Turns `&lt;` and `&#10;` back into the characters they stand for. */
function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex, decimal, name) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return ENTITIES[name] ?? whole;
  });
}

/** The elements of a name, in order; the report has none nested in one of its own name. */
function elements(xml: string, name: string): Element[] {
  const attributes = `((?:\\s+[\\w:.-]+="[^"]*")*)`;
  const pattern = new RegExp(`<${name}${attributes}\\s*(?:/>|>(.*?)</${name}>)`, "gs");
  return [...xml.matchAll(pattern)].map(([, head = "", content = ""]) => ({
    attributes: parseAttributes(head),
    content,
  }));
}

function parseAttributes(head: string): ReadonlyMap<string, string> {
  const found = head.matchAll(/([\w:.-]+)="([^"]*)"/g);
  return new Map([...found].map(([, name = "", value = ""]) => [name, unescapeXml(value)]));
}

/** Reads a report; steps are folded into their tests. */
export function parseJunit(xml: string): TestCase[] {
  if (!xml.includes("<testsuites") || !xml.includes("</testsuites>")) {
    throw new Error("Cannot read the test report: it is not a whole JUnit document");
  }
  const entries = elements(xml, "testcase").map(parseCase);
  return entries
    .filter((entry) => parentOf(entry, entries) === undefined)
    .map((entry) => withStepDetail(entry, entries));
}

function parseCase({ attributes, content }: Element): TestCase {
  const file = (attributes.get("classname") ?? "").replace(/^\.\//, "");
  const name = attributes.get("name") ?? "";
  // Deno gives no time to a test that its filter left out, and "0.000" to an ignored one.
  const time = attributes.get("time");
  const seconds = Number(time ?? 0);
  const failure = elements(content, "failure")[0] ?? elements(content, "error")[0];
  if (failure !== undefined) {
    return { file, name, seconds, outcome: "failed", detail: unescapeXml(failure.content) };
  }
  if (elements(content, "skipped").length === 0) return { file, name, seconds, outcome: "passed" };
  return { file, name, seconds, outcome: time === undefined ? "filtered" : "skipped" };
}

/** The test that a step belongs to: Deno calls a step `TEST > STEP`. */
function parentOf(entry: TestCase, entries: readonly TestCase[]): TestCase | undefined {
  return entries.find((other) =>
    other !== entry && other.file === entry.file && entry.name.startsWith(`${other.name} > `)
  );
}

function withStepDetail(entry: TestCase, entries: readonly TestCase[]): TestCase {
  if (entry.outcome !== "failed") return entry;
  const steps = entries.filter((other) =>
    other.file === entry.file && other.outcome === "failed" &&
    other.name.startsWith(`${entry.name} > `)
  );
  const details = steps.map(({ name, detail }) => `${name}: ${detail}`);
  return { ...entry, detail: [entry.detail, ...details].join("\n") };
}
