/**
 * One run of the tool: arguments in, text out, exit code back. Everything outside comes in as
 * {@link Host}, so tests run the whole of it without a kernel.
 *
 * @module
 */
import type { CommandSpec } from "./command.ts";
import { commandsOf } from "./commands/by_words.ts";
import { importLater } from "./commands/run_later.ts";
import type { Host } from "./context.ts";
import { EXIT_DONE } from "./exit_codes.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import { PLAIN_STYLE } from "./output/style.ts";
import type { TellFailure } from "./invocation.ts";
import { resolveRoute, splitLeadingOptions } from "./route.ts";
import type { FrontFailure } from "./stages/stage.ts";
import { OutputClosed } from "./write_all.ts";

const HELP_WORDS: readonly string[] = ["-h", "--help"];
const VERSION_WORDS: readonly string[] = ["-V", "--version"];

/** Arguments before `--`, where options may stand. */
function beforeDashes(args: readonly string[]): readonly string[] {
  const end = args.indexOf("--");
  return end === -1 ? args : args.slice(0, end);
}

/** The words to explain, or undefined when nobody asked for help. */
function helpTopic(args: readonly string[]): string[] | undefined {
  const open = beforeDashes(args);
  const isAsked = args.length === 0 || open[0] === "help" ||
    open.some((word) => HELP_WORDS.includes(word));
  if (!isAsked) return undefined;
  const words = open.filter((word) => !word.startsWith("-"));
  return words[0] === "help" ? words.slice(1) : words;
}

/** True when the arguments ask for JSON, even where they cannot be parsed. */
function wantsJson(args: readonly string[]): boolean {
  const open = beforeDashes(args);
  return open.some((word, at) =>
    /^(-o|--output)=json$/i.test(word) ||
    (/^(-o|--output)$/.test(word) && open[at + 1]?.toLowerCase() === "json")
  );
}

async function fail(
  error: unknown,
  args: readonly string[],
  host: Host,
  command: CommandSpec | undefined,
): Promise<FrontFailure> {
  const { codeOf, exitCodeOf, joinedMessage, reportError } = await importLater<
    typeof import("./report_error.ts")
  >("../report_error.ts");
  const { usageHint } = await importLater<typeof import("./output/help.ts")>("../output/help.ts");
  const open = beforeDashes(args);
  const code = exitCodeOf(error);
  host.terminal.err(reportError(error, {
    format: wantsJson(args) ? "json" : "text",
    style: host.terminal.errorStyle ?? PLAIN_STYLE,
    isVerbose: open.includes("-v") || open.includes("--verbose"),
    isDebug: host.env("BPFMAN_DEBUG") === "1",
    usage: usageHint(command),
  }));
  return { exitCode: code, code: codeOf(error), message: joinedMessage(error) };
}

/** Runs the tool once. */
export async function runApp(args: readonly string[], host: Host): Promise<number> {
  let command: CommandSpec | undefined;
  try {
    if (args[0] === "__complete") {
      const { answerLine } = await importLater<typeof import("./completion/answer.ts")>(
        "../completion/answer.ts",
      );
      await answerLine(args.slice(1), host);
      return EXIT_DONE;
    }
    const topic = helpTopic(args);
    if (topic !== undefined) {
      const { helpPage } = await importLater<typeof import("./help_page.ts")>("../help_page.ts");
      host.terminal.out(helpPage(topic, host.terminal));
      return EXIT_DONE;
    }
    const typed = VERSION_WORDS.includes(args[0] ?? "") ? ["version", ...args.slice(1)] : args;
    const { options, words } = splitLeadingOptions(typed, GLOBAL_OPTIONS);
    const route = resolveRoute(await commandsOf(words), words);
    command = route.command;
    const { runCommand } = await import("./run_command.ts");
    const tell: TellFailure = (error, failed) => fail(error, args, host, failed);
    return await runCommand(command, [...options, ...route.args], { host, tell });
  } catch (error) {
    if (error instanceof OutputClosed) return EXIT_DONE;
    return (await fail(error, args, host, command)).exitCode;
  }
}
