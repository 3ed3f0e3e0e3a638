import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { AuditEntry } from "../../core/audit/types.ts";
import { acquireLock } from "../../core/store/lock.ts";
import { ROOT } from "../support/cli.ts";
import { contend, describeContention } from "../support/contention.ts";
import { isLoader, statusOf } from "../support/waiting_load.ts";
import { must } from "../support/must.ts";
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

kernelTest("a command waits in its jail, and its time-out is in the audit log", NEEDS, async () => {
  await using scene = await StateScene.make();
  const { link } = await scene.loadAndAttach();
  const { path } = scene.workspace;
  const queue = { verb: "attach 1 xdp", directory: `${path}/.queue` };
  let waiting: Deno.ChildProcess;
  {
    using _held = await acquireLock(`${path}/.lock`, 1000, queue);
    waiting = await waiter(scene);
    strictEqual(isLoader(waiting.pid), true, "it waits before it is confined");
    deepStrictEqual(statusOf(waiting.pid, "Seccomp"), ["2"]);
    deepStrictEqual(statusOf(waiting.pid, "CapEff"), ["0000000000000000"]);
    const words = ["detach", link, "--lock-timeout", "300ms", "-o", "json"];
    const late = await scene.cli.run(words);
    strictEqual(late.code, 6, late.stderr);
    const { error } = JSON.parse(late.stderr);
    match(error.message, new RegExp(`process ${Deno.pid} \\(attach 1 xdp\\) has held it since 2`));
    strictEqual(scene.workspace.names(".queue").length, 1, "it has left its place behind");
  }
  strictEqual((await waiting.status).code, 0);
  deepStrictEqual(scene.workspace.names(".queue"), []);
  const { entries } = await scene.cli.json<{ entries: readonly AuditEntry[] }>(["audit", "list"]);
  const entry = must(entries.find(({ result }) => result === "failed"), "entry");
  deepStrictEqual([entry.verb, entry.error, entry.links], ["detach", "lock-timeout", [
    Number(link),
  ]]);
  strictEqual(entries.filter(({ verb }) => verb === "detach").length, 2);
  await scene.cli.must(["audit", "verify"]);
});
