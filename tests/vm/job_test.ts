import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import { commandScript, writeJob } from "./job.ts";
import { runProgram } from "./process.ts";

Deno.test("commandScript() keeps every word and variable as it is, whatever it contains", async () => {
  const words = ["a b", "'", `"$HOME"`, "new\nline", "", "\\", "*", "ü"];
  const script = commandScript({
    command: ["sh", "-c", 'printf "%s\\0" "$STRANGE" "$PWD" "$@"', "sh", ...words],
    env: { STRANGE: "it's $(false) `x`\n", PATH: "/usr/bin:/bin" },
    cwd: "/usr",
    shares: [],
    disks: [],
  });
  const output = new TextDecoder().decode(await runProgram("sh", ["-c", script]));
  deepStrictEqual(output.split("\0"), ["it's $(false) `x`\n", "/usr", ...words, ""]);
});

Deno.test("commandScript() gives the command no variable but those of the job", async () => {
  const job = { command: ["/usr/bin/env"], env: { ONE: "1" }, cwd: "/", shares: [], disks: [] };
  const output = await runProgram("sh", ["-c", commandScript(job)], { env: { LEAK: "1" } });
  strictEqual(new TextDecoder().decode(output), "ONE=1\n");
});

Deno.test("commandScript() refuses an empty command", () => {
  throws(
    () => commandScript({ command: [], env: {}, cwd: "/", shares: [], disks: [] }),
    /without a command/,
  );
});

Deno.test("writeJob() refuses a share at a relative path", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const shares = [{ host: "/tmp", guest: "out" }];
    await rejects(
      writeJob({ command: ["true"], env: {}, cwd: "/", shares, disks: [] }, directory),
      /must be an absolute path/,
    );
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
