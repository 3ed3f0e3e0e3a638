/**
 * A terminal of its own for a test: a tmux server with one window, in a sandbox. It is started on a
 * socket of its own, and ends with the test.
 *
 * @module
 */
import { must, mustBecome } from "./must.ts";
import type { Sandbox } from "./sandbox.ts";

/** How a terminal is opened. */
export interface TmuxOptions {
  readonly columns: number;
  readonly rows: number;
  /** Shell commands that come before the first prompt. */
  readonly setup: string;
}

/** The prompt of the shell: the number of the next command. */
const PROMPT = String.raw`\#> `;

/** A terminal with a shell in it. */
export class Tmux implements AsyncDisposable {
  readonly #sandbox: Sandbox;
  readonly #socket: string;
  readonly #folder: string;
  #commands = 1;

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    this.#socket = `bpfman-${crypto.randomUUID().slice(0, 8)}`;
    this.#folder = Deno.makeTempDirSync({ prefix: "bpfman-tmux-" });
  }

  /** Opens a terminal (root). */
  static async open(sandbox: Sandbox, options: TmuxOptions): Promise<Tmux> {
    const tmux = new Tmux(sandbox);
    await using undo = new AsyncDisposableStack();
    undo.use(tmux);
    const file = `${tmux.#folder}/setup.sh`;
    Deno.writeTextFileSync(file, `${options.setup}\nPS1='${PROMPT}'\n`);
    const size = ["-x", String(options.columns), "-y", String(options.rows)];
    await tmux.#tell(["-f", "/dev/null", "new-session", "-d", ...size, `bash --rcfile ${file} -i`]);
    await tmux.#prompt();
    undo.move();
    return tmux;
  }

  async #tell(words: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#sandbox.run(
      ["tmux", "-L", this.#socket, ...words],
      {
        env: { TMUX_TMPDIR: this.#folder, TERM: "xterm-256color", LC_ALL: "C.UTF-8" },
      },
    );
    if (code !== 0) throw new Error(`Cannot tell tmux "${words.join(" ")}": ${stderr}`);
    return stdout;
  }

  /** What is on the screen, without the empty lines below. */
  async screen(): Promise<string[]> {
    return (await this.#tell(["capture-pane", "-p"])).trimEnd().split("\n");
  }

  /** The same with the codes of colours. */
  async colours(): Promise<string> {
    return await this.#tell(["capture-pane", "-p", "-e"]);
  }

  /** Waits until the screen is as it should be. */
  async becomes(what: string, holds: (lines: readonly string[]) => boolean): Promise<void> {
    let lines: string[] = [];
    await mustBecome(() => `${what} on the screen:\n${lines.join("\n")}\n`, async () => {
      lines = await this.screen();
      return holds(lines);
    });
  }

  /** Waits for the prompt of the next command. */
  async #prompt(): Promise<void> {
    await this.becomes("the prompt", (lines) => lines.at(-1)?.trimEnd() === `${this.#commands}>`);
  }

  /** Types letters, as they are. */
  async type(text: string): Promise<void> {
    await this.#tell(["send-keys", "-l", text]);
  }

  /** Presses a key by its name, such as `Tab`. */
  async press(key: string): Promise<void> {
    await this.#tell(["send-keys", key]);
  }

  /** Starts a command on an empty screen. */
  async start(command: string): Promise<void> {
    await this.type(`clear; ${command}`);
    await this.press("Enter");
    this.#commands += 1;
  }

  /** Waits for the end of the command that was started; returns the lines that it left. */
  async end(): Promise<string[]> {
    await this.#prompt();
    return (await this.screen()).slice(0, -1);
  }

  /** Runs a command on an empty screen; returns the lines that it left. */
  async run(command: string): Promise<string[]> {
    await this.start(command);
    return await this.end();
  }

  /** Gives the window another width. */
  async resize(columns: number): Promise<void> {
    await this.#tell(["resize-window", "-x", String(columns)]);
    const width = await this.#tell(["display-message", "-p", "#{pane_width}"]);
    if (must(width, "width").trim() !== String(columns)) {
      throw new Error("Cannot resize the window");
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // there is no server when the first command failed
    await this.#tell(["kill-server"]).catch(() => {});
    Deno.removeSync(this.#folder, { recursive: true });
  }
}
