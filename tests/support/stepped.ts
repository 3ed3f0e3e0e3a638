/**
 * A kernel, a file system and a database that tell before each step that they are about to take
 * it. Whoever is told may end the process there.
 *
 * @module
 */
import type { Kernel } from "../../ffi/mod.ts";

/** Told before each step, with its name. */
export type OnStep = (name: string) => void;

type AnyFunction = (...args: never[]) => unknown;

function watched<T extends object>(part: T, name: string, onStep: OnStep): T {
  return new Proxy(part, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      return (...args: never[]) => {
        onStep(`${name}.${String(key)}`);
        return (value as AnyFunction).apply(target, args);
      };
    },
  });
}

/** A kernel that tells before each call. */
export function steppedKernel(kernel: Kernel, onStep: OnStep): Kernel {
  return {
    bpf: watched(kernel.bpf, "bpf", onStep),
    maps: watched(kernel.maps, "maps", onStep),
    loader: watched(kernel.loader, "loader", onStep),
    files: watched(kernel.files, "files", onStep),
    perf: watched(kernel.perf, "perf", onStep),
    network: watched(kernel.network, "network", onStep),
    traffic: watched(kernel.traffic, "traffic", onStep),
    host: watched(kernel.host, "host", onStep),
    libxdp: watched(kernel.libxdp, "libxdp", onStep),
  };
}

/** Calls of Deno by which the product changes files. */
const FILE_CALLS = [
  "makeTempDirSync",
  "mkdirSync",
  "openSync",
  "removeSync",
  "renameSync",
  "writeFileSync",
  "writeTextFileSync",
] as const;

/** Makes this process's own file calls and database commits tell as well; for good. */
export function stepDeno(onStep: OnStep): void {
  const runtime: Record<string, AnyFunction> = Deno as unknown as Record<string, AnyFunction>;
  for (const name of FILE_CALLS) {
    const original = runtime[name];
    if (original === undefined) throw new Error(`Cannot watch "Deno.${name}": there is none`);
    runtime[name] = (...args: never[]) => {
      onStep(`Deno.${name}`);
      return original(...args);
    };
  }
  const { commit } = Deno.AtomicOperation.prototype;
  Deno.AtomicOperation.prototype.commit = function (...args: Parameters<typeof commit>) {
    onStep("commit");
    return commit.apply(this, args);
  };
}
