/**
 * A terminal that tests type into and read from: a shell in a tmux of its own.
 *
 * @module
 */

const LONGEST_WAIT_MS = 120_000;
const STEP_MS = 40;

/** What is started in the terminal. */
export interface ScreenOptions {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
}

/** A terminal; disposing it ends what runs in it. */
export class Screen implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Starts a command in a new terminal. */
  static async open({ command, env, columns = 120 }: ScreenOptions): Promise<Screen> {
    const screen = new Screen(`bpfman-test-${crypto.randomUUID()}`);
    const size = ["-x", `${columns}`, "-y", "40"];
    await screen.#tmux(["new-session", "-d", ...size, "--", ...command], env);
    return screen;
  }

  async #tmux(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { code, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-f", "/dev/null", "-L", this.#socket, ...args],
      env: { TERM: "xterm", LC_ALL: "C.UTF-8", ...env },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    if (code === 0) return decoder.decode(stdout);
    throw new Error(`Cannot run tmux ${args.join(" ")}: ${decoder.decode(stderr)}`);
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
    await this.#tmux(["kill-server"]);
  }
}
