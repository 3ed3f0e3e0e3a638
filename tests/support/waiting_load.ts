/**
 * A load that waits for a registry, so that its processes can be looked at and ended.
 *
 * @module
 */
import { Cli, PROGRAM } from "./cli.ts";
import { must, mustBecome } from "./must.ts";
import { children, readProcess } from "./process_table.ts";
import type { Workspace } from "./workspace.ts";

/** Lines of /proc/PID/status by name, of every thread. */
export function statusOf(pid: number, name: string): string[] {
  const threads = [...Deno.readDirSync(`/proc/${pid}/task`)].map((entry) => entry.name);
  const texts = threads.map((thread) => readProcess(`/proc/${pid}/task/${thread}/status`));
  const values = texts.filter((text) => text !== "")
    .map((text) => new RegExp(`^${name}:\\s*(\\w+)`, "m").exec(text)?.[1] ?? "");
  return [...new Set(values)];
}

/** The front of a process, once it has one. */
export function frontOf(pid: number): number | undefined {
  return children(pid).find((child) =>
    readProcess(`/proc/${child}/environ`).includes("BPFMAN_STAGE=front\0")
  );
}

/** True once a process has turned into the loader. */
export function isLoader(pid: number): boolean {
  return readProcess(`/proc/${pid}/environ`).includes("BPFMAN_STAGE=loader\0");
}

/** A registry that takes questions and never answers. */
export class SilentRegistry implements AsyncDisposable {
  readonly asked: Promise<void>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #over = Promise.withResolvers<Response>();

  constructor() {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.asked = promise;
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, () => {
      resolve();
      return this.#over.promise;
    });
  }

  get image(): string {
    return `127.0.0.1:${this.#server.addr.port}/net/pass:v1`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.resolve(new Response(null, { status: 404 }));
    await this.#server.shutdown();
  }
}

/** A command that waits for its front. */
export interface WaitingLoad {
  /** The process that was started; it is the loader by now. */
  readonly child: Deno.ChildProcess;
  readonly output: Promise<Deno.CommandOutput>;
  /** Process id of the front. */
  readonly front: number;
}

/** A load from a registry that never answers, at the moment at which it waits. */
export async function startWaiting(
  workspace: Workspace,
  registry: SilentRegistry,
  program: string = PROGRAM,
): Promise<WaitingLoad> {
  const words = ["load", "image", registry.image, "--programs", "xdp:xdp_pass"];
  const args = new Cli(workspace, "process", program).denoArguments(words);
  const data = ["--data-dir", `${workspace.path}/data`, "-o", "json"];
  const child = new Deno.Command(program, {
    args: [...args, ...data],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  await Promise.race([registry.asked, output]);
  await mustBecome("the start of the loader", () => isLoader(child.pid));
  const front = must(frontOf(child.pid), "front");
  return { child, output, front };
}

/** Waits until a process has ended. */
export async function mustEnd(pid: number): Promise<void> {
  await mustBecome(`the end of process ${pid}`, () => {
    const state = readProcess(`/proc/${pid}/stat`).split(" ")[2] ?? "";
    return state === "" || state === "Z";
  });
}
