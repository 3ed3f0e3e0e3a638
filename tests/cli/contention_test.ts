import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { acquireLock } from "../../core/store/lock.ts";
import { ROOT } from "../support/cli.ts";
import { contend, describeContention } from "../support/contention.ts";
import { kernelTest } from "../support/requires.ts";
import { StateScene } from "../support/state_scene.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "tracefs"] as const;
const SECONDS = Number(Deno.env.get("BPFMAN_CONTENTION_SECONDS") ?? "10");

for (const mode of ["library", "commands"] as const) {
  // a command is three processes
  const workers = mode === "library" ? 50 : 12;
  kernelTest(
    `${workers} change things at random by ${mode}: nothing is lost, nothing doubled`,
    NEEDS,
    async () => {
      console.log(describeContention(await contend({ workers, seconds: SECONDS, mode })));
    },
  );
}

/** Starts a process that waits for the lock; resolves once it stands in the queue. */
async function waiter(scene: StateScene): Promise<Deno.ChildProcess> {
  const before = scene.workspace.names(".queue").length;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}mod.ts`, "detach", "99", "--ignore-missing", "--runtime-dir"]
      .concat(scene.workspace.path, "--lock-timeout", "5m"),
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  const end = Date.now() + 60_000;
  while (scene.workspace.names(".queue").length === before && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return child;
}

kernelTest("killed waiters and a killed holder stop nobody", NEEDS, async () => {
  await using scene = await StateScene.make();
  await scene.loadAndAttach();
  const lock = `${scene.workspace.path}/.lock`;
  const queue = { verb: "test", directory: `${scene.workspace.path}/.queue` };
  const children: Deno.ChildProcess[] = [];
  {
    using _held = await acquireLock(lock, 1000, queue);
    for (let count = 0; count < 3; count++) children.push(await waiter(scene));
    strictEqual(scene.workspace.names(".queue").length, 3);
    // the first and the second in line die; their places must not block the third
    for (const child of children.slice(0, 2)) child.kill("SIGKILL");
    for (const child of children.slice(0, 2)) await child.status;
  }
  strictEqual((await children[2]?.status)?.code, 0);
  deepStrictEqual(scene.workspace.names(".queue"), []);
  await scene.cli.must(["detach", "99", "--ignore-missing"]);
  deepStrictEqual(await scene.codes(), []);
});
