/**
 * One run of QEMU: sockets, output, the control messages of the guest, the time limits.
 *
 * @module
 */
import { PORTS, QEMU } from "./qemu.ts";

/** Receives a piece of the command's output; the guest waits while the promise is pending. */
export type OutputSink = (chunk: Uint8Array) => void | Promise<void>;

/** Options of {@linkcode runMachine}. */
export interface RunMachineOptions {
  /** Arguments of QEMU. */
  readonly args: readonly string[];
  /** Where QEMU expects the sockets of the ports. */
  readonly runDirectory: string;
  readonly onStdout: OutputSink;
  readonly onStderr: OutputSink;
  /** Seconds for the whole run. */
  readonly timeoutSeconds: number;
  /** Seconds until the command must have started. */
  readonly bootTimeoutSeconds: number;
  /** Ends the run early. */
  readonly signal?: AbortSignal | undefined;
}

/** How a run of QEMU went. */
export interface MachineRun {
  /** The code of the command; absent when the guest did not get as far. */
  readonly exitCode?: number;
  /** Seconds of guest uptime when the command started; absent when it did not. */
  readonly startedAt?: number;
  /** Which limit ended the run, if one did. */
  readonly expired?: "boot" | "run";
  readonly wallSeconds: number;
  /** CPU seconds of QEMU up to the last message of the guest: after the command, when it ended. */
  readonly cpuSeconds: number;
  /** What QEMU itself complained about. */
  readonly qemuMessages: string;
}

/** Starts QEMU and stays with it until it is gone. */
export async function runMachine(options: RunMachineOptions): Promise<MachineRun> {
  options.signal?.throwIfAborted();
  const begin = performance.now();
  using machine = new Machine(options);
  await machine.finished();
  const qemuMessages = await machine.messages;
  options.signal?.throwIfAborted();
  return { ...machine.progress, qemuMessages, wallSeconds: (performance.now() - begin) / 1000 };
}

/** What is known about a run so far. */
type Progress = { -readonly [K in "exitCode" | "startedAt" | "expired"]?: MachineRun[K] } & {
  cpuSeconds: number;
};

class Machine implements Disposable {
  readonly progress: Progress = { cpuSeconds: 0 };
  readonly messages: Promise<string>;
  readonly #qemu: Deno.ChildProcess;
  readonly #bootTimer: ReturnType<typeof setTimeout>;
  readonly #runTimer: ReturnType<typeof setTimeout>;
  readonly #signal: AbortSignal | undefined;
  readonly #pumps: Promise<void>[];

  constructor(options: RunMachineOptions) {
    const listeners = listen(options.runDirectory);
    this.#qemu = new Deno.Command(QEMU, {
      args: [...options.args],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.messages = new Response(this.#qemu.stderr).text().then((text) => text.trim());
    this.#bootTimer = setTimeout(() => this.#expire("boot"), options.bootTimeoutSeconds * 1000);
    this.#runTimer = setTimeout(() => this.#expire("run"), options.timeoutSeconds * 1000);
    this.#signal = options.signal;
    this.#signal?.addEventListener("abort", this.#kill);
    const sinks = [options.onStdout, options.onStderr, lineSink((line) => this.#note(line))];
    this.#pumps = sinks.map((sink, index) => this.#pump(listeners[index], sink));
  }

  /** Waits until QEMU is gone and all of the output is delivered. */
  async finished(): Promise<void> {
    try {
      await Promise.all(this.#pumps);
    } finally {
      await this.#qemu.status;
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#bootTimer);
    clearTimeout(this.#runTimer);
    this.#signal?.removeEventListener("abort", this.#kill);
  }

  async #pump(listener: Deno.Listener | undefined, sink: OutputSink): Promise<void> {
    if (listener === undefined) return;
    using connection = await this.#accept(listener);
    if (connection === undefined) return;
    try {
      const buffer = new Uint8Array(65536);
      for (;;) {
        const length = await readSome(connection, buffer);
        if (length === null) return;
        await sink(buffer.slice(0, length));
      }
    } catch (error) {
      this.#kill();
      throw error;
    }
  }

  async #accept(listener: Deno.Listener): Promise<Deno.Conn | undefined> {
    // A QEMU that ends before it connects would leave the listener waiting for ever.
    const closed = this.#qemu.status.then(() => listener.close());
    try {
      return await listener.accept();
    } catch (error) {
      if (error instanceof Deno.errors.BadResource) return undefined;
      throw error;
    } finally {
      closed.catch(() => undefined);
    }
  }

  #note(line: string): void {
    const [word, first, second] = line.split(" ");
    if (word === "started") {
      clearTimeout(this.#bootTimer);
      this.progress.startedAt = Number(first);
    } else if (word === "exit" && second !== undefined) {
      this.progress.exitCode = Number(first);
    }
    this.progress.cpuSeconds = cpuSeconds(this.#qemu.pid) ?? this.progress.cpuSeconds;
  }

  #expire(limit: "boot" | "run"): void {
    this.progress.expired = limit;
    this.#kill();
  }

  readonly #kill = (): void => {
    try {
      this.#qemu.kill("SIGKILL");
    } catch (error) {
      // Thrown for a process that has ended already.
      if (!(error instanceof TypeError)) throw error;
    }
  };
}

function listen(directory: string): Deno.Listener[] {
  using stack = new DisposableStack();
  const listeners = PORTS.map((name) =>
    stack.use(Deno.listen({ transport: "unix", path: `${directory}/${name}` }))
  );
  stack.move();
  return listeners;
}

async function readSome(connection: Deno.Conn, buffer: Uint8Array): Promise<number | null> {
  try {
    return await connection.read(buffer);
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset) return null;
    throw error;
  }
}

function lineSink(onLine: (line: string) => void): OutputSink {
  const decoder = new TextDecoder();
  let rest = "";
  return (chunk) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line);
  };
}

/** Returns the CPU time of a process, or nothing when it has ended. */
function cpuSeconds(pid: number): number | undefined {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // utime and stime are fields 14 and 15; field 2 is in parentheses and may hold spaces.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    // sysconf(_SC_CLK_TCK) is 100 on all Linux that Deno runs on.
    return Number.isNaN(ticks) ? undefined : ticks / 100;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
