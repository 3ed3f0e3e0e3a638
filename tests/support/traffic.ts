/**
 * Traffic over a wire that goes on while a test does something else, and is accounted for packet by
 * packet (see traffic.pl).
 *
 * @module
 */
import type { Wire } from "./netns.ts";

const SENDER = new URL("./traffic.pl", import.meta.url).pathname;
/** Number of setns(2) (asm/unistd.h). */
const NR_SETNS = { x86_64: "308", aarch64: "268" } as const;

/** What became of the packets. */
export interface TrafficReport {
  /** All datagrams: half of them to a port that is open, half to one that a gate shuts. */
  readonly sent: number;
  /** To the open port, and never arrived. */
  readonly lost: number;
  /** To the shut port, and arrived. */
  readonly unfiltered: number;
  /** Arrived more than once. */
  readonly doubled: number;
}

/** A sender at the far end of a wire and a receiver at the near one, in a process of their own. */
export class Traffic implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #isStopped = false;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Starts sending; resolves once packets are on their way. */
  static async start({ near, far }: Wire): Promise<Traffic> {
    const child = new Deno.Command("perl", {
      args: [SENDER, NR_SETNS[Deno.build.arch], far.netns, near.netns, near.address],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const traffic = new Traffic(child);
    const { value } = await traffic.#reader.read();
    if (value === "ready\n") return traffic;
    await traffic[Symbol.asyncDispose]();
    throw new Error(`Cannot start traffic: the sender said "${value}"`);
  }

  /** Stops sending and tells what became of every packet. */
  async stop(): Promise<TrafficReport> {
    await this.#child.stdin.close();
    this.#isStopped = true;
    let text = "";
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) return JSON.parse(text);
      text += value;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isStopped) await this.#child.stdin.close();
    await this.#reader.cancel();
    await this.#child.status;
  }
}
