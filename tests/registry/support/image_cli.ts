/**
 * The command-line tool on a store and a runtime directory of one test.
 *
 * @module
 */
import { Cli } from "../../support/cli.ts";
import { type ProgramResult, runProgram } from "../../support/must.ts";
import { Workspace } from "../../support/workspace.ts";
import { PROGRAM, ROOT } from "../../support/cli.ts";

/** What `image` commands print about one image. */
export interface ImageJson {
  readonly reference: string;
  readonly digest: string;
}

/** The tool, with places of its own. */
export class ImageCli implements AsyncDisposable {
  readonly workspace: Workspace;
  /** Runs commands that load. */
  readonly cli: Cli;
  readonly #env: Readonly<Record<string, string>>;

  private constructor(workspace: Workspace, env: Readonly<Record<string, string>>) {
    this.workspace = workspace;
    this.cli = new Cli(workspace, "process");
    this.#env = env;
  }

  /** Makes an empty store. */
  static async make(env: Readonly<Record<string, string>> = {}): Promise<ImageCli> {
    const workspace = await Workspace.make();
    const config = `${workspace.path}/bpfman.toml`;
    // what is tested with this is about images; tests/signatures is about who signed them
    Deno.writeTextFileSync(config, "[signing]\nverify_enabled = false\n", { mode: 0o644 });
    return new ImageCli(workspace, { BPFMAN_CONFIG: config, ...env });
  }

  /** Data directory; the store is in it. */
  get data(): string {
    return `${this.workspace.path}/data`;
  }

  /** Runs a command, whatever comes of it. */
  run(args: readonly string[]): Promise<ProgramResult> {
    const words = this.cli.denoArguments(args);
    return runProgram(PROGRAM, words, {
      cwd: ROOT,
      env: { BPFMAN_DATA_DIR: this.data, NO_COLOR: "1", SOURCE_DATE_EPOCH: "", ...this.#env },
    });
  }

  /** Runs a command that must succeed and prints nothing on standard error; gives its output. */
  async must(args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(args);
    if (code === 0 && stderr === "") return stdout;
    throw new Error(`Cannot run "${args.join(" ")}": exit code ${code}\n${stderr}`);
  }

  /** Runs a command that must succeed with `-o json`. */
  async json<T>(args: readonly string[]): Promise<T> {
    return JSON.parse(await this.must([...args, "-o", "json"]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workspace[Symbol.asyncDispose]();
  }
}
