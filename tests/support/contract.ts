/**
 * Runs commands for real and holds their JSON against the published schemas.
 *
 * @module
 */
import { COMMANDS } from "../../cli/commands/mod.ts";
import { resolveRoute } from "../../cli/route.ts";
import { runHere } from "./in_process.ts";
import { jsonOption } from "./json_cases.ts";
import { fittingSchema } from "./schemas.ts";
import { Workspace } from "./workspace.ts";

/** Commands that were run, and schemas that their answers followed, in this process. */
export const SEEN = { commands: new Set<string>(), schemas: new Set<string>() };

/** Holds an answer against the schemas of its command. */
export function mustFit(command: string, answer: unknown): void {
  SEEN.schemas.add(fittingSchema(command, answer));
  SEEN.commands.add(command);
}

/** The tool on directories of its own. */
export class Contract implements AsyncDisposable {
  readonly workspace: Workspace;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
  }

  /** Makes empty directories, and a configuration that trusts everybody. */
  static async make(): Promise<Contract> {
    const workspace = await Workspace.make();
    const text = "[signing]\nverify_enabled = false\n";
    Deno.writeTextFileSync(`${workspace.path}/bpfman.toml`, text, { mode: 0o644 });
    return new Contract(workspace);
  }

  /** A path of its own. */
  path(name: string): string {
    return `${this.workspace.path}/${name}`;
  }

  /** Runs a command that must end with the code; gives what it printed. */
  async run(words: readonly string[], code = 0): Promise<string> {
    const { command } = resolveRoute(COMMANDS, words);
    const hasData = command.options.some(({ name }) => name === "data-dir");
    const result = await runHere([
      ...["--runtime-dir", this.workspace.path, "--config", this.path("bpfman.toml")],
      ...words,
      ...(hasData ? ["--data-dir", this.path("data")] : []),
    ]);
    if (result.code === code) return result.stdout;
    throw new Error(`Cannot run "${words.join(" ")}": exit code ${result.code}\n${result.stderr}`);
  }

  /**
   * Runs a command that must answer in JSON, as its schema says.
   *
   * @param words The command with its arguments.
   * @param code Its exit code.
   */
  async answer<T>(words: readonly string[], code = 0): Promise<T> {
    const { command } = resolveRoute(COMMANDS, words);
    const option = jsonOption(command);
    if (option === undefined) throw new Error(`"${command.id}" does not answer in JSON`);
    const answer: T = JSON.parse(await this.run([...words, `--${option.name}=json`], code));
    mustFit(command.id, answer);
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workspace[Symbol.asyncDispose]();
  }
}
