import { deepStrictEqual } from "node:assert/strict";
import { fixture } from "../../tests/support/cli.ts";
import { fakeHost } from "../../tests/support/fake_host.ts";
import { mustRun } from "../../tests/support/must.ts";
import { PLAIN_STYLE } from "../output/style.ts";
import { openSources } from "./sources.ts";
import type { Clues } from "./types.ts";

const HOST = fakeHost(
  { out: () => {}, err: () => {}, style: PLAIN_STYLE, width: null },
  () => undefined,
);

function cluesOf(path: string): Clues {
  return { prefix: "", given: (name) => name === "path" ? [path] : [] };
}

async function programsIn(path: string): Promise<string[]> {
  try {
    const found = await openSources(HOST).objectPrograms(cluesOf(path));
    return found.map(({ word }) => word);
  } catch {
    return [];
  }
}

Deno.test("openSources() reads the object that the line names", async () => {
  deepStrictEqual(await programsIn(fixture("xdp_drop")), ["xdp_drop"]);
});

Deno.test("openSources() leaves a pipe to the command that it is meant for", async () => {
  const folder = await Deno.makeTempDir();
  const pipe = `${folder}/object.o`;
  await mustRun("mkfifo", [pipe]);
  // whoever reads the pipe gets a whole object; nobody may
  const command = new Deno.Command("sh", {
    args: ["-c", 'exec cat "$0" >"$1"', fixture("xdp_drop"), pipe],
  });
  const writer = command.spawn();
  try {
    deepStrictEqual(await programsIn(pipe), []);
  } finally {
    writer.kill("SIGKILL");
    await writer.status;
    await Deno.remove(folder, { recursive: true });
  }
});
