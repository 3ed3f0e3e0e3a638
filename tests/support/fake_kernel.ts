/**
 * A kernel for unit tests that knows only the calls that it was told about; every other call
 * throws. It never guesses.
 *
 * @module
 */
import type { Kernel } from "../../ffi/mod.ts";

/** The calls that a test allows, by part of the kernel. */
export type FakeCalls = { readonly [Part in keyof Kernel]?: Partial<Kernel[Part]> };

/** A call that nobody told the fake about. */
export class UnexpectedCall extends Error {
  override readonly name = "UnexpectedCall";

  constructor(call: string, args: readonly unknown[]) {
    super(`Cannot call "${call}" of the fake kernel: no test told it about (${args.join(", ")})`);
  }
}

function fakePart<T extends object>(name: string, told: Partial<T>): T {
  return new Proxy(told, {
    get(target, key) {
      if (Reflect.has(target, key)) return Reflect.get(target, key);
      return (...args: readonly unknown[]) => {
        throw new UnexpectedCall(`${name}.${String(key)}`, args);
      };
    },
  }) as T;
}

/** Makes a kernel that knows these calls and no other. */
export function fakeKernel(calls: FakeCalls = {}): Kernel {
  return {
    bpf: fakePart("bpf", calls.bpf ?? {}),
    loader: fakePart("loader", calls.loader ?? {}),
    maps: fakePart("maps", calls.maps ?? {}),
    files: fakePart("files", calls.files ?? {}),
    perf: fakePart("perf", calls.perf ?? {}),
    network: fakePart("network", calls.network ?? {}),
    traffic: fakePart("traffic", calls.traffic ?? {}),
    libxdp: fakePart("libxdp", calls.libxdp ?? {}),
    host: fakePart("host", calls.host ?? {}),
  };
}
