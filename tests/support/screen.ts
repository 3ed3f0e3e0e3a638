/**
 * A terminal that tests type into and read from: a shell in a tmux of its own.
 *
 * @module
 */
import { type ProgramResult, runProgram } from "./must.ts";

const LONGEST_WAIT_MS = 120_000;
const STEP_MS = 40;

/** Runs a program to its end, here or wherever the terminal is to be. */
export type RunProgram = (
  words: readonly string[],
  options: { readonly env: Readonly<Record<string, string>> },
) => Promise<ProgramResult>;

/** What is started in the terminal. */
export interface ScreenOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** Runs tmux. @default on this machine, as it is */
  readonly run?: RunProgram;
}

const runHere: RunProgram = ([program = "", ...args], options) =>
  runProgram(program, args, options);

/** A terminal; disposing it ends what runs in it. */
export class Screen implements AsyncDisposable {
  readonly #socket = `bpfman-${crypto.randomUUID().slice(0, 8)}`;
  readonly #folder = Deno.makeTempDirSync({ prefix: "bpfman-tmux-" });
  readonly #run: RunProgram;

  private constructor(run: RunProgram) {
    this.#run = run;
  }

  /** Starts a command in a new terminal. */
  static async open(options: ScreenOptions): Promise<Screen> {
    const { command, env, columns = 120, rows = 40, run = runHere } = options;
    await using undo = new AsyncDisposableStack();
    const screen = undo.use(new Screen(run));
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    await screen.#tmux(["new-session", "-d", ...size, "--", ...command], env);
    undo.move();
    return screen;
  }

  async #tmux(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const words = ["tmux", "-f", "/dev/null", "-L", this.#socket, ...args];
    const { code, stdout, stderr } = await this.#run(words, {
      env: { TMUX_TMPDIR: this.#folder, TERM: "xterm-256color", LC_ALL: "C.UTF-8", ...env },
    });
    if (code === 0) return stdout;
    throw new Error(`Cannot tell tmux "${args.join(" ")}": ${stderr}`);
  }

  /** Types text as it is. */
  async type(text: string): Promise<void> {
    await this.#tmux(["send-keys", "-l", "--", text]);
  }

  /** Presses keys by their names in tmux, such as `Tab`. */
  async press(...keys: readonly string[]): Promise<void> {
    await this.#tmux(["send-keys", "--", ...keys]);
  }

  /** What the terminal shows. */
  async text(): Promise<string> {
    return await this.#tmux(["capture-pane", "-p"]);
  }

  /** The same with the codes of colours. */
  async colours(): Promise<string> {
    return await this.#tmux(["capture-pane", "-p", "-e"]);
  }

  /** Gives the terminal another width. */
  async resize(columns: number): Promise<void> {
    await this.#tmux(["resize-window", "-x", `${columns}`]);
    const width = await this.#tmux(["display-message", "-p", "#{pane_width}"]);
    if (width.trim() !== `${columns}`) throw new Error("Cannot resize the terminal");
  }

  /** Waits until the terminal shows what is looked for, and gives all that it shows. */
  async until(isThere: (text: string) => boolean, what: string): Promise<string> {
    const end = Date.now() + LONGEST_WAIT_MS;
    for (;;) {
      const text = await this.text();
      if (isThere(text)) return text;
      if (Date.now() > end) throw new Error(`The terminal did not show ${what}:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // there is no server when the first command failed
    await this.#tmux(["kill-server"]).catch(() => {});
    Deno.removeSync(this.#folder, { recursive: true });
  }
}
