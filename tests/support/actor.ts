/**
 * Processes that do countable things when they are told to: a shell that reads commands, and a Perl
 * that removes files.
 *
 * @module
 */

const decoder = new TextDecoder();

/** Runs one shell line at a time, and nothing in between. */
export class Actor implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#reader = child.stdout.getReader();
  }

  /**
   * Starts a shell that does nothing yet.
   *
   * @param shell The shell's program. @default "bash"
   */
  static start(shell = "bash"): Promise<Actor> {
    const script = 'while read -r line; do eval "$line"; echo done; done';
    return Actor.#begin(shell, ["-c", script], ":");
  }

  /** Starts a Perl that does nothing yet: it takes lines of Perl, and removes files by itself. */
  static startPerl(): Promise<Actor> {
    const script = '$| = 1; while (<STDIN>) { eval; die $@ if $@; print "done\n" }';
    return Actor.#begin("perl", ["-e", script], "1;");
  }

  static async #begin(program: string, args: string[], nothing: string): Promise<Actor> {
    const actor = new Actor(
      new Deno.Command(program, { args, stdin: "piped", stdout: "piped" }).spawn(),
    );
    // whatever it reads and opens while it starts is over after the first answer
    await actor.do(nothing);
    return actor;
  }

  /** Process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The process id as a global variable of 32 bits takes it: bytes in hex, little-endian. */
  get pidAsGlobal(): string {
    return `0x${new Uint8Array(Uint32Array.of(this.pid).buffer).toHex()}`;
  }

  /** Runs a line of its language that prints nothing; resolves when it is done. */
  async do(line: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${line}\n`));
    let answer = "";
    while (!answer.endsWith("\n")) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("Cannot go on: the actor has ended");
      answer += decoder.decode(value);
    }
    if (answer !== "done\n") throw new Error(`Cannot go on: the actor said "${answer.trim()}"`);
  }

  /** Opens a file that many times, each by one openat(2). */
  openFiles(count: number): Promise<void> {
    return this.do(`for ((i = 0; i < ${count}; i++)); do : < /dev/null; done`);
  }

  /** Calls `umask` of libc that many times. */
  callUmask(count: number): Promise<void> {
    return this.do(`for ((i = 0; i < ${count}; i++)); do umask 022; done`);
  }

  /** Makes that many files in a folder and removes each, by one unlink(2): of {@linkcode startPerl}. */
  removeFiles(folder: string, count: number): Promise<void> {
    const make = 'open(my $file, ">", $_) or die "$_: $!"; close $file; unlink $_ or die "$_: $!"';
    return this.do(`for (map { "${folder}/$_" } 1 .. ${count}) { ${make} }`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close();
    await this.#reader.cancel();
    await this.#child.status;
  }
}
