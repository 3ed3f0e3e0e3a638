/**
 * What the command-line tool gets around itself where it has a manager that needs no kernel.
 *
 * @module
 */
import type { Host, Terminal } from "../../cli/context.ts";
import { FakeImages } from "./fake_images.ts";
import { FakeManager } from "./fake_manager.ts";
import { GOOD_MACHINE, POOR_MACHINE } from "./sample_host.ts";

function noFile(path: string): never {
  throw new Error(`Cannot read "${path}": there is no kernel`);
}

/** A kernel that shows nothing. */
const NO_FILES = {
  readBytes: noFile,
  readText: noFile,
  list: (): string[] => [],
  exists: (): boolean => false,
};

/** Makes it; with `FAKE_EMPTY=1` in the environment nothing is loaded. */
export function fakeHost(terminal: Terminal, env: (name: string) => string | undefined): Host {
  const isEmpty = env("FAKE_EMPTY") === "1";
  const libraries = () => ({ libbpf: "1.5.0", libxdp: null });
  return {
    terminal,
    env,
    openKernel: () => Promise.resolve({ host: { release: "6.12.0", libraries }, files: NO_FILES }),
    gatherFacts: () => Promise.resolve(isEmpty ? GOOD_MACHINE : POOR_MACHINE),
    openManager: () => Promise.resolve(new FakeManager(isEmpty)),
    openImages: () => Promise.resolve(new FakeImages(isEmpty)),
    // names of files mean something to the manager alone
    readObject: (path) => ({ bytes: new Uint8Array(), realPath: `/fake/${path}` }),
  };
}
