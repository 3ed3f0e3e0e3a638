import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { readFunctions } from "../../bytecode-tools/mod.ts";
import { Actor } from "../support/actor.ts";
import { counter, objectById } from "../support/bpftool.ts";
import { Cli, type LoadedJson } from "../support/cli.ts";
import { must } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "command:bash"] as const;
const SLOT_ENTRY = 0;
const SLOT_RETURN = 1;

function idOf(program: LoadedJson | undefined): number {
  return must(program, "program").record.program_id;
}

function mapOf(program: LoadedJson | undefined, name: string): string {
  return `${must(program, "program").status.map_dir}/${name}`;
}

kernelTest("a tracepoint program counts the calls of the one process that its global names", [
  ...NEEDS,
  "tracefs",
], async () => {
  await using workspace = await Workspace.make();
  await using actor = await Actor.start();
  await using other = await Actor.start();
  const cli = new Cli(workspace, "process");
  const globals = ["-g", `target_tgid=${actor.pidAsGlobal}`];
  const [program] = await cli.load("tracepoint_counter", "tracepoint:count_openat", globals);
  const stats = mapOf(program, "tracepoint_stats");

  const link = await cli.attach(
    idOf(program),
    "tracepoint",
    "--tracepoint",
    "syscalls/sys_enter_openat",
  );
  // the process that attached has ended: what counts now counts without it
  await actor.openFiles(40);
  await other.openFiles(7);

  strictEqual(await counter(stats), 40);
  deepStrictEqual(link.record.details, { group: "syscalls", name: "sys_enter_openat" });
  const linkId = must(link.record.kernel_link_id, "link id");
  await cli.must(["unload", String(idOf(program))]);
  strictEqual(await objectById("link", linkId), undefined);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("uprobe and uretprobe programs count calls by name, offset and process", [
  ...NEEDS,
  "uprobe",
], async () => {
  await using workspace = await Workspace.make();
  // a program that nobody else on this machine runs
  const shell = `${workspace.path}/shell`;
  await Deno.copyFile("/bin/bash", shell);
  await using actor = await Actor.start(shell);
  await using other = await Actor.start(shell);
  const cli = new Cli(workspace);
  const [entry, exit] = await cli.load(
    "uprobe_counter",
    "uprobe:uprobe_count,uretprobe:uretprobe_count",
  );

  const byName = await cli.attach(
    idOf(entry),
    ...["uprobe", "--target", "libc", "--fn-name", "umask", "--pid", String(actor.pid)],
  );
  const offset = readFunctions(Deno.readFileSync(shell)).offsets.get("umask_builtin");
  const byOffset = await cli.attach(
    idOf(exit),
    ...["uprobe", "--target", shell, "--offset", String(must(offset, "umask_builtin"))],
  );
  await actor.callUmask(30);
  await other.callUmask(5);

  match(String(byName.record.details["path"]), /^\/.*\/libc\.so\.6$/);
  strictEqual(byOffset.record.kind, "uretprobe");
  strictEqual(await counter(mapOf(entry, "uprobe_stats"), SLOT_ENTRY), 30, "of one process");
  strictEqual(await counter(mapOf(exit, "uprobe_stats"), SLOT_RETURN), 35, "of all processes");
  await cli.must(["unload", String(idOf(entry)), String(idOf(exit))]);
  deepStrictEqual(workspace.litter(), []);
});
