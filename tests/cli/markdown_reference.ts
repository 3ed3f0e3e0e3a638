/**
 * The command reference of docs/cli.md, from the command data.
 *
 * @module
 */
import type { CommandSpec, OptionSpec } from "../../cli/command.ts";
import { usageLine } from "../../cli/output/help.ts";
import { OUTPUTS } from "../../cli/schema/outputs.ts";

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function optionRow(option: OptionSpec): string {
  const value = option.placeholder === undefined ? "" : ` ${option.placeholder}`;
  const short = option.short === undefined ? "" : `\`-${option.short}\`, `;
  const notes = [
    option.isRequired ? "required" : "",
    option.defaultText === undefined ? "" : `default ${option.defaultText}`,
    option.env === undefined ? "" : `env \`${option.env}\``,
  ].filter((note) => note !== "").join("; ");
  const name = `${short}\`--${option.name}${value}\``;
  return `| ${cell(name)} | ${cell(option.summary)} | ${cell(notes)} |`;
}

function optionTable(options: readonly OptionSpec[]): string[] {
  if (options.length === 0) return [];
  return ["| Option | Meaning | Notes |", "| --- | --- | --- |", ...options.map(optionRow), ""];
}

/** Which schemas what it prints follows, and where its exit codes are. */
function contract({ id, options }: CommandSpec): string {
  const schemas = Object.entries(OUTPUTS).filter(([, { commands }]) => commands.includes(id))
    .map(([name]) => `[${name}](schema/${name}.schema.json)`);
  const isPrinted = options.some(({ name, summary }) => name === "output" && /json/.test(summary));
  const json = schemas.length > 0
    ? `JSON: ${schemas.join(", ")}`
    : `JSON: ${isPrinted ? "without a schema" : "none"}`;
  return `${json}. [Exit codes](#exit-codes).`;
}

function commandPart(command: CommandSpec): string[] {
  const spellings = command.paths.map((path) => `\`bpfman ${path}\``).join(", ");
  const twins = command.positionals.flatMap((spec) => spec.option ?? []);
  const examples = command.examples.flatMap((example) => [
    `# ${example.comment}`,
    example.command,
  ]);
  return [
    `### ${command.id}`,
    "",
    `${command.summary}. ${command.description}`,
    "",
    "```text",
    usageLine(command),
    "```",
    "",
    `Spellings: ${spellings}. Permission set: \`${command.permissions}\`. ` +
    contract(command),
    "",
    ...(examples.length === 0 ? [] : ["```sh", ...examples, "```", ""]),
    ...optionTable([...twins, ...command.options]),
  ];
}

/** The reference as Markdown. */
export function markdownReference(
  commands: readonly CommandSpec[],
  globals: readonly OptionSpec[],
): string {
  return [
    "### Options of every command",
    "",
    ...optionTable(globals),
    ...commands.filter(({ isHidden }) => isHidden !== true).flatMap(commandPart),
  ].join("\n");
}
