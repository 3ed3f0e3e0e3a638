import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { AuditEntry } from "../../core/audit/types.ts";
import { acquireLock } from "../../core/store/lock.ts";
import { ROOT } from "../support/cli.ts";
import { contend, percentile } from "../support/contention.ts";
import { OwnObject } from "../support/own_object.ts";
import { isLoader, statusOf } from "../support/waiting_load.ts";
import { must } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { StateScene } from "../support/state_scene.ts";
import { checkAgreement } from "../support/truth.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "tracefs"] as const;
const WORKERS = 50;
const SECONDS = Number(Deno.env.get("BPFMAN_CONTENTION_SECONDS") ?? "20");

kernelTest(
  `${WORKERS} processes change things at random: nothing is lost, nothing doubled`,
  NEEDS,
  async () => {
    await using scene = await StateScene.make();
    await using folder = await Workspace.make();
    const object = await OwnObject.make(folder.path, "tracepoint_counter", ["count_openat"]);
    const all = await contend(scene.workspace, object, { workers: WORKERS, seconds: SECONDS });

    strictEqual(all.length, WORKERS, "a worker did not finish");
    const rows = await checkAgreement(scene.workspace);
    const sorted = (ids: readonly number[]) => [...ids].sort((a, b) => a - b);
    deepStrictEqual(
      rows.programs.map(({ programId }) => Number(programId)),
      sorted(all.flatMap(({ programs }) => programs)),
    );
    deepStrictEqual(
      rows.links.map(({ id }) => Number(id)),
      sorted(all.flatMap((one) => one.links)),
    );
    const made = all.flatMap((one) => one.made);
    strictEqual(new Set(made).size, made.length, "a link's number was given twice");
    deepStrictEqual(await scene.codes(), []);
    const waits = all.flatMap((one) => one.waits);
    const turns = all.map((one) => one.waits.length);
    console.log(
      `${waits.length} changes by ${WORKERS} processes in ${SECONDS} s: p50 ` +
        `${percentile(waits, 50)} ms, p99 ${percentile(waits, 99)} ms, longest ` +
        `${percentile(waits, 100)} ms; ${Math.min(...turns)} to ${Math.max(...turns)} each`,
    );
    ok(Math.min(...turns) > 0, "a process never had its turn");

    await scene.cli.must(["program", "delete", "--all", "-r"]);
    deepStrictEqual(scene.workspace.litter(), []);
    await object.mustBeInKernel([]);
  },
);

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
