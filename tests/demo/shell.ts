/**
 * Runs commands and shows them the way a reader types them.
 *
 * @module
 */
import { DemoFailure } from "./failure.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Arguments of {@link Shell}. */
export interface ShellOptions {
  /** Where the demo's words go. */
  readonly say: (line: string) => void;
  /** Environment variables of every command. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the running command, and keeps others from starting. */
  readonly signal?: AbortSignal;
}

/** How one command is shown. */
export interface RunOptions {
  /** Show what the command prints. @default true */
  readonly isOutputShown?: boolean;
  /** Exit code that the command must end with. @default 0 */
  readonly wanted?: number;
}

/** Quotes a word so that a shell reads it as one. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * How a reader starts Deno. What npx puts on the search path is only there as long as npx runs, so
 * without another Deno the reader must go through npx as well.
 */
export function denoWords(searchPath: string): string[] {
  const folders = searchPath.split(":").filter((folder) => !folder.includes("/node_modules/"));
  const isOnPath = folders.some((folder) => isFile(`${folder}/deno`));
  return isOnPath ? ["deno"] : ["npx", "-y", `deno@${Deno.version.deno}`];
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    // A search path may name what is not there, or not ours to look at.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}

/** Runs commands in the checkout, one at a time. */
export class Shell {
  readonly #options: ShellOptions;
  readonly #deno = denoWords(Deno.env.get("PATH") ?? "");

  constructor(options: ShellOptions) {
    this.#options = options;
  }

  /** Prints a line. */
  say(line = ""): void {
    this.#options.say(line);
  }

  /** Runs a command; gives what it printed on standard output, and all when it is to be refused. */
  async run(words: readonly string[], options: RunOptions = {}): Promise<string> {
    const [command = "", ...args] = words;
    return await this.#show(words, { command, args }, options);
  }

  /** Runs the product with the same Deno that runs the demo. */
  async bpfman(words: readonly string[], options: RunOptions = {}): Promise<string> {
    const args = ["run", "-A", "mod.ts", ...words];
    return await this.#show([...this.#deno, ...args], { command: Deno.execPath(), args }, options);
  }

  async #show(
    shown: readonly string[],
    real: { readonly command: string; readonly args: string[] },
    options: RunOptions,
  ): Promise<string> {
    const { signal, env } = this.#options;
    signal?.throwIfAborted();
    const text = shown.map(quoteWord).join(" ");
    this.say(`$ ${text}`);
    const { code, stdout, stderr } = await outputOf(real.command, {
      args: real.args,
      cwd: ROOT,
      env: { ...env },
      stdin: "null",
      ...(signal === undefined ? {} : { signal }),
    });
    signal?.throwIfAborted();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    if (code !== (options.wanted ?? 0)) {
      throw new DemoFailure(`Cannot run "${text}": it ended with exit code ${code}\n${err}${out}`);
    }
    for (const part of [options.isOutputShown === false ? "" : out, err]) {
      if (part !== undefined && part !== "") this.say(part.trimEnd());
    }
    return options.wanted === undefined ? out ?? "" : `${out}${err}`;
  }
}

/** Runs a command to its end; a command that is not there is a failure in words. */
export async function outputOf(
  command: string,
  options: Deno.CommandOptions,
): Promise<Deno.CommandOutput> {
  try {
    return await new Deno.Command(command, options).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new DemoFailure(`Cannot find the command "${command}": run "deno task setup"`);
  }
}
