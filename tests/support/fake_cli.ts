/**
 * The command-line tool with a manager that needs no kernel. Golden cases run it.
 *
 * `FAKE_EMPTY=1` makes a manager without programs; `FAKE_TERMINAL=60` makes a terminal with colour
 * and that many columns.
 *
 * @module
 */
import { runApp } from "../../cli/app.ts";
import type { Host } from "../../cli/context.ts";
import { COLOR_STYLE } from "../../cli/output/style.ts";
import { openTerminal } from "../../cli/terminal.ts";
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

function openHost(): Host {
  const width = Deno.env.get("FAKE_TERMINAL");
  const terminal = openTerminal(Deno.args);
  const libraries = () => ({ libbpf: "1.5.0", libxdp: null });
  return {
    terminal: width === undefined
      ? terminal
      : { ...terminal, style: COLOR_STYLE, width: Number(width) },
    env: (name) => Deno.env.get(name),
    openKernel: () => Promise.resolve({ host: { release: "6.12.0", libraries }, files: NO_FILES }),
    gatherFacts: () =>
      Promise.resolve(Deno.env.get("FAKE_EMPTY") === "1" ? GOOD_MACHINE : POOR_MACHINE),
    openManager: () => Promise.resolve(new FakeManager(Deno.env.get("FAKE_EMPTY") === "1")),
    openImages: () => Promise.resolve(new FakeImages(Deno.env.get("FAKE_EMPTY") === "1")),
    // names of files mean something to the manager alone
    readObject: (path) => ({ bytes: new Uint8Array(), realPath: `/fake/${path}` }),
  };
}

Deno.exit(await runApp(Deno.args, openHost()));
