/**
 * A place of its own to run commands in: a mount namespace with empty /run and /var/log, and a
 * network namespace with nothing but a loopback interface. Everything that is pinned or attached in
 * it goes when it goes.
 *
 * @module
 */

/** What a command did. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SETUP = [
  "mount -t tmpfs tmpfs /run",
  // the audit log of the usual runtime directory is there
  "mount -t tmpfs tmpfs /var/log",
  "ip link set lo up",
  "echo ready",
  // Ends with its standard input, so it never outlives the test.
  "exec cat",
].join(" && ");

/** Commands see the sandbox, this process does not. */
export class Sandbox implements AsyncDisposable {
  readonly #holder: Deno.ChildProcess;

  private constructor(holder: Deno.ChildProcess) {
    this.#holder = holder;
  }

  /** Makes a sandbox (root). */
  static async create(): Promise<Sandbox> {
    const holder = new Deno.Command("unshare", {
      args: ["--mount", "--net", "--propagation", "private", "sh", "-ec", SETUP],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = holder.stdout.getReader();
    const { value } = await reader.read();
    reader.releaseLock();
    if (new TextDecoder().decode(value) !== "ready\n") {
      throw new Error("Cannot make a sandbox: unshare or mount failed");
    }
    return new Sandbox(holder);
  }

  /** A command that runs inside. */
  command(words: readonly string[], options: Deno.CommandOptions = {}): Deno.Command {
    const enter = ["--target", String(this.#holder.pid), "--mount", "--net", "--wd=.", "--"];
    return new Deno.Command("nsenter", { stdin: "null", ...options, args: [...enter, ...words] });
  }

  /** Runs a command inside. */
  async run(words: readonly string[], options: Deno.CommandOptions = {}): Promise<CommandResult> {
    const { code, stdout, stderr } = await this.command(words, options).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#holder.stdin.close();
    await this.#holder.stdout.cancel();
    await this.#holder.status;
  }
}
