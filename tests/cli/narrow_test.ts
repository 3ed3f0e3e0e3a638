/**
 * Every answer that golden cases have as text is shown once more at narrow terminals. Nothing of it
 * is gone there without a sign, lines that are set for people fit, and `--wide` shows all.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { runApp } from "../../cli/app.ts";
import { COMMANDS } from "../../cli/commands/mod.ts";
import { EXIT_DONE, EXIT_DRIFT, EXIT_PROBLEM } from "../../cli/exit_codes.ts";
import { WIDE } from "../../cli/options.ts";
import { PLAIN_STYLE } from "../../cli/output/style.ts";
import { textWidth } from "../../cli/output/text_width.ts";
import { resolveRoute } from "../../cli/route.ts";
import { fakeHost } from "../support/fake_host.ts";
import { parseJsonc } from "../support/golden.ts";

const CASES = new URL("cases/", import.meta.url);
const WIDTHS = [80, 60];
const LEFT_OUT = /\(--wide\s+shows\s+more:[^)]*\)/g;
const HELP_WORDS: readonly string[] = ["help", "-h", "--help"];
/** Exit codes of commands that tell what is not well. */
const TELLING = [EXIT_DONE, EXIT_DRIFT, EXIT_PROBLEM];
/** Commands that write files or scripts. */
const NO_VIEW = ["new", "completion"];

/** Commands with one line for each object: their cells may be shortened. */
const LISTS = ["list-programs", "list-links", "list-dispatchers", "image-list", "kernel-list"];

/** Commands that speak in sentences: every line of theirs is set. */
const PROSE = ["doctor", "status", "repair", "help"];
/** What people copy stays whole. */
const EXAMPLE = /^ {2}(#|bpfman) /;

/** A case as it is shown. */
interface View {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Id of the command. */
  readonly command: string;
  readonly hasWide: boolean;
}

function viewOf(name: string, args: readonly string[], env: View["env"]): View {
  if (args.length === 0 || args.some((word) => HELP_WORDS.includes(word))) {
    return { name, args, env, command: "help", hasWide: false };
  }
  const { command } = resolveRoute(COMMANDS, args);
  return { name, args, env, command: command.id, hasWide: command.options.includes(WIDE) };
}

function viewsOf(area: string): View[] {
  const folder = new URL(`${area}/`, CASES);
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort().flatMap((name) => {
    const path = new URL(`${name}/case.jsonc`, folder);
    const { args, env = {}, exitCode = 0 } = parseJsonc(Deno.readTextFileSync(path)) as {
      readonly args: string[];
      readonly env?: Record<string, string>;
      readonly exitCode?: number;
    };
    if (!TELLING.includes(exitCode)) return [];
    if (args.some((word) => /json|yaml|wide|markdown|^name$|^--color/.test(word))) return [];
    if (NO_VIEW.includes(args[0] ?? "") && !args.includes("--help")) return [];
    return [viewOf(`${area}/${name}`, args, env)];
  });
}

/** Views that no golden case has, as they differ from day to day. */
const FURTHER: readonly View[] = [
  ["trust", "show", "--data-dir", "/nonexistent"],
  ["inspect", "tests/fixtures/core_externs.bpf.o"],
  ["inspect", "tests/fixtures/tracepoint_counter.bpf.o"],
].map((args) => viewOf(args.join(" "), args, {}));

/** What a view prints at a terminal of that width; null is a pipe. */
async function shown({ args, env }: View, width: number | null, more: readonly string[] = []) {
  let text = "";
  const terminal = {
    out: (part: string) => void (text += part),
    err: () => {},
    style: PLAIN_STYLE,
    width,
  };
  await runApp([...args, ...more], fakeHost(terminal, (name) => env[name]));
  return text;
}

/** The signs of a text in order, without those that set it in lines. */
function signs(text: string): string {
  return [...text.replace(/\s/g, "")].sort().join("");
}

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

async function checkView(view: View, width: number): Promise<void> {
  const { name, command, hasWide } = view;
  const [whole, narrow] = [await shown(view, null), await shown(view, width)];
  const cuts = count(narrow, "…") - count(whole, "…");
  if (!LISTS.includes(command)) deepStrictEqual(cuts, 0, `${name} is cut at ${width}:\n${narrow}`);
  if (cuts > 0 || narrow.search(LEFT_OUT) !== -1) ok(hasWide, `${name} is cut without --wide`);
  else deepStrictEqual(signs(narrow), signs(whole), `${name} lost something at ${width}`);
  // a line that nobody sets is broken by the terminal, and stays whole
  const kept = new Set(whole.split("\n"));
  for (const line of narrow.split("\n")) {
    const mayStay = kept.has(line) && (!PROSE.includes(command) || EXAMPLE.test(line));
    ok(textWidth(line) <= width || mayStay, `${name} at ${width}: ${line}`);
  }
  if (!hasWide) return;
  const wide = await shown(view, width, ["--wide"]);
  deepStrictEqual(wide, await shown(view, null, ["--wide"]), `${name} --wide`);
  ok(!wide.includes("…") || whole.includes("…"), `${name} --wide is cut`);
}

const AREAS = [...Deno.readDirSync(CASES)].map(({ name }) => name).sort();

Deno.test("at 80 and 60 columns no view loses anything without a sign of it", async () => {
  const views = [...AREAS.flatMap(viewsOf), ...FURTHER];
  for (const view of views) {
    for (const width of WIDTHS) await checkView(view, width);
  }
  const ids = new Set(views.map(({ command }) => command));
  const wanted = ["inspect", "privileges", "trust-show", "get-dispatcher", "list-links"];
  for (const id of [...wanted, "doctor", "status", "repair", "help"]) {
    ok(ids.has(id), `no view of ${id}`);
  }
});
