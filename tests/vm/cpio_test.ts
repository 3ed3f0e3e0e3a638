import { deepStrictEqual } from "node:assert/strict";
import { cpioArchive, DIRECTORY, EXECUTABLE, REGULAR } from "./cpio.ts";
import { busyboxPath } from "./packages.ts";
import { runProgram } from "./process.ts";

Deno.test("cpioArchive() makes archives that another cpio unpacks to the same tree", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const odd = new Uint8Array([0, 1, 2, 255, 10]);
    const archive = cpioArchive([
      { path: "folder", mode: DIRECTORY },
      { path: "folder/odd size", mode: REGULAR, data: odd },
      { path: "empty", mode: EXECUTABLE },
      { path: "aligned", mode: REGULAR, data: odd.slice(1) },
    ]);
    const busybox = await busyboxPath();
    await runProgram(busybox, ["cpio", "-i", "-d"], { cwd: directory, stdin: archive });
    deepStrictEqual(await Deno.readFile(`${directory}/folder/odd size`), odd);
    deepStrictEqual(await Deno.readFile(`${directory}/aligned`), odd.slice(1));
    const empty = await Deno.stat(`${directory}/empty`);
    deepStrictEqual([empty.size, (empty.mode ?? 0) & 0o777], [0, 0o755]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
