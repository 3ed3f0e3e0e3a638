import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Actor } from "../support/actor.ts";
import { counter } from "../support/bpftool.ts";
import { Cli, PROGRAM, ROOT } from "../support/cli.ts";
import { Container } from "../support/container.ts";
import { must, mustRun } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS: readonly Need[] = [
  ...["root", "bpffs", "uprobe", "command:bpftool"] as const,
  ...["command:bash", "command:ldd", "command:ldconfig", "command:chroot"] as const,
];

kernelTest("a library is looked for where the container's loader looks", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using container = await Container.start();
  await using outside = await Actor.start();
  const cli = new Cli(workspace);
  const [program] = await cli.load("uprobe_counter", "uprobe:uprobe_count");
  const { record, status } = must(program, "program");
  const pid = container.actor.pid;

  const link = await cli.attach(
    record.program_id,
    ...["uprobe", "libc", "--fn-name", "umask", "--container-pid", String(pid)],
  );
  await container.actor.callUmask(12);
  await outside.callUmask(30);

  strictEqual(await counter(`${status.map_dir}/uprobe_stats`), 12, "calls in the container");
  match(String(link.record.details["path"]), new RegExp(`^/proc/${pid}/root/.*libc\\.so\\.6$`));
  strictEqual(link.record.details["container_pid"], pid);
  await cli.must(["unload", String(record.program_id)]);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("a path in a container follows its links within it", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using container = await Container.start();
  await using outside = await Actor.start();
  const cli = new Cli(workspace);
  const [program] = await cli.load("uprobe_counter", "uprobe:uprobe_count");
  const { record, status } = must(program, "program");

  await cli.attach(
    record.program_id,
    ...["uprobe", "/opt/app", "--fn-name", "umask_builtin"],
    ...["--container-pid", String(container.actor.pid)],
  );
  await container.actor.callUmask(9);
  await outside.callUmask(30);

  strictEqual(await counter(`${status.map_dir}/uprobe_stats`), 9);
  await cli.must(["unload", String(record.program_id)]);
});

kernelTest("with the host's /proc at /host/proc, pids are the host's", [
  ...NEEDS,
  "command:unshare",
], async () => {
  await using workspace = await Workspace.make();
  await using container = await Container.start();
  await using undo = new AsyncDisposableStack();
  const cli = new Cli(workspace);
  const [program] = await cli.load("uprobe_counter", "uprobe:uprobe_count");
  const { record, status } = must(program, "program");
  const id = String(record.program_id);
  for (const folder of ["/host", "/host/proc"]) {
    try {
      Deno.mkdirSync(folder);
      undo.defer(() => Deno.remove(folder));
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
  const words = cli.denoArguments([
    ...["attach", id, "uprobe", "libc", "--fn-name", "umask"],
    ...["--container-pid", String(container.actor.pid), "-o", "json"],
  ]);
  const inPod = 'mount --bind /proc /host/proc && mount -t proc proc /proc && exec "$0" "$@"';

  const printed = await mustRun("unshare", [
    ...["--mount", "--pid", "--fork", "--propagation", "private"],
    ...["sh", "-c", inPod, PROGRAM, ...words],
  ], { cwd: ROOT });
  await container.actor.callUmask(7);

  match(JSON.parse(printed).record.details.path, /^\/host\/proc\/\d+\/root\/.*libc\.so\.6$/);
  strictEqual(await counter(`${status.map_dir}/uprobe_stats`), 7);
  await cli.must(["unload", id]);
});

kernelTest("a symbol with dots is probed, and an offset must stay within its function", [
  ...NEEDS,
  "command:clang-19",
], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const source = `#include <stdio.h>
void work(void) __asm__("main.work.func1");
__attribute__((noinline)) void work(void) { __asm__ volatile(""); }
int main(void) { while (getchar() != EOF) work(); return 0; }
`;
  await Deno.writeTextFile(`${workspace.path}/dots.c`, source);
  const binary = `${workspace.path}/dots`;
  await mustRun("clang-19", ["-O1", "-o", binary, `${binary}.c`]);
  const [program] = await cli.load("uprobe_counter", "uprobe:uprobe_count");
  const { record, status } = must(program, "program");
  const id = String(record.program_id);

  const link = await cli.attach(Number(id), "uprobe", binary, "--fn-name", "main.work.func1");
  await mustRun(binary, [], { stdin: "x".repeat(15) });
  strictEqual(await counter(`${status.map_dir}/uprobe_stats`), 15);
  strictEqual(link.record.details["fn_name"], "main.work.func1");

  const place = ["attach", id, "uprobe", binary, "--fn-name", "main.work.func1"];
  const { code, stderr } = await cli.run([...place, "--offset", "4096"]);
  strictEqual(code, 1);
  match(stderr, /main\.work\.func1\+4096: the function has only \d+ byte\(s\)/);
  await cli.must(["unload", id]);
});
