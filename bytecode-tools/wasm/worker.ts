/**
 * Batches in a worker: the caller waits no longer than a deadline, and its own thread goes on.
 *
 * The deadline is about time; the bound on steps (fuel.ts) is what ends an endless loop. It must,
 * since Deno 2.9 lets a worker that is busy run on after terminate(): without the bound it would
 * keep a processor, and the process.
 *
 * @module
 */
import { InspectError } from "../inspector/inspect_error.ts";
import { LIMITS, runnerError, wasmModule } from "./module.ts";
import { type Call, createRunner, type Limits, openPort, type Reply } from "./runner.ts";

/** How long a batch may take when nothing is said, in milliseconds. */
export const DEFAULT_DEADLINE = 5000;

/** What goes to the worker. */
interface Order {
  readonly module: WebAssembly.Module;
  readonly limits: Limits;
  readonly calls: readonly Call[];
}

/** What comes back: the replies, or what the runner threw. */
type Outcome = { readonly replies: Reply[] } | { readonly name: string; readonly message: string };

/** The part of a worker's global object that is used. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(outcome: Outcome): void;
}

/** Waits for one order; its source text runs in the worker, so it uses nothing outside itself. */
function serve(scope: WorkerScope, open: typeof openPort, run: typeof createRunner): void {
  scope.onmessage = ({ data }) => {
    try {
      scope.postMessage({ replies: run(open(data.module, data.limits))(data.calls) });
    } catch (error) {
      const { name, message } = error as Error;
      scope.postMessage({ name, message });
    }
  };
}

/** A data URL needs neither a file beside this one nor a permission to read it. */
function workerUrl(): string {
  const parts = ["self", openPort.toString(), createRunner.toString()];
  const source = `(${serve.toString()})(${parts.join(", ")});`;
  return `data:text/javascript;charset=utf-8,${encodeURIComponent(source)}`;
}

function outcomeError(outcome: { name: string; message: string }): InspectError {
  const { name, message } = outcome;
  if (name === "TimeoutError") return runnerError(new DOMException(message, name));
  return runnerError(name === "RangeError" ? new RangeError(message) : new Error(message));
}

/** Options of {@linkcode runWithin}. */
export interface RunWithinOptions {
  /** Milliseconds. @default {@linkcode DEFAULT_DEADLINE} */
  readonly deadline?: number;
  /** The module, when it is not the usual one. */
  readonly module?: WebAssembly.Module;
}

/**
 * Runs a batch on a fresh instance in a worker of its own, and stops the worker at the deadline.
 *
 * @throws {InspectError} When the module traps, or at the deadline.
 */
export function runWithin(
  calls: readonly Call[],
  options: RunWithinOptions = {},
): Promise<Reply[]> {
  const { deadline = DEFAULT_DEADLINE, module = wasmModule() } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Reply[]>();
  const worker = new Worker(workerUrl(), { type: "module" });
  const timer = setTimeout(() => {
    const message = `Cannot inspect these bytes: no answer within ${deadline} ms`;
    reject(new InspectError("deadline", message));
  }, deadline);
  worker.onmessage = ({ data }: MessageEvent<Outcome>) => {
    if ("replies" in data) resolve(data.replies);
    else reject(outcomeError(data));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    reject(runnerError(new Error(event.message)));
  };
  const order: Order = { module, limits: LIMITS, calls };
  worker.postMessage(order);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.terminate();
  });
}
