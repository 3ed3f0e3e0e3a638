/**
 * A terminal in a sandbox with a shell in it, which numbers its prompts: a command has ended when the
 * next number is there.
 *
 * @module
 */
import { mustBecome } from "./must.ts";
import type { Sandbox } from "./sandbox.ts";
import { type RunProgram, Screen } from "./screen.ts";

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
  readonly #screen: Screen;
  #commands = 1;

  private constructor(screen: Screen) {
    this.#screen = screen;
  }

  /** Opens a terminal (root). */
  static async open(sandbox: Sandbox, options: TmuxOptions): Promise<Tmux> {
    const { columns, rows, setup } = options;
    // as if it were typed, but before anything is shown
    const file = Deno.makeTempFileSync({ prefix: "bpfman-tmux-" });
    Deno.writeTextFileSync(file, `${setup}\nPS1='${PROMPT}'\nrm ${file}\n`);
    const command = ["bash", "--rcfile", file, "-i"];
    await using undo = new AsyncDisposableStack();
    const run: RunProgram = (words, more) => sandbox.run(words, more);
    const screen = undo.use(await Screen.open({ command, env: {}, columns, rows, run }));
    const tmux = new Tmux(screen);
    await tmux.#prompt();
    undo.move();
    return tmux;
  }

  /** What is on the screen, without the empty lines below. */
  async screen(): Promise<string[]> {
    return (await this.#screen.text()).trimEnd().split("\n");
  }

  /** The same with the codes of colours. */
  async colours(): Promise<string> {
    return await this.#screen.colours();
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
    await this.#screen.type(text);
  }

  /** Presses a key by its name, such as `Tab`. */
  async press(key: string): Promise<void> {
    await this.#screen.press(key);
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
    await this.#screen.resize(columns);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#screen[Symbol.asyncDispose]();
  }
}
