import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { Cli, type LinkJson, type LoadedJson } from "../support/cli.ts";
import { must } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { checkAgreement } from "../support/truth.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "tracefs"] as const;
const PLACE = ["tracepoint", "--tracepoint", "syscalls/sys_enter_openat"];
/** The kernel takes a program once for each tracepoint. */
const OTHER_PLACE = ["tracepoint", "--tracepoint", "syscalls/sys_exit_openat"];

interface Attached {
  readonly program: LoadedJson;
  readonly id: string;
  readonly link: LinkJson;
}

async function loadAndAttach(cli: Cli): Promise<Attached> {
  const [loaded] = await cli.load("tracepoint_counter", "tracepoint:count_openat");
  const program = must(loaded, "program");
  const id = String(program.record.program_id);
  return { program, id, link: await cli.attach(Number(id), ...PLACE) };
}

kernelTest(
  "a database that was moved away is made again from the readers' file",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    const cli = new Cli(workspace);
    const { id, link } = await loadAndAttach(cli);
    for (const suffix of ["", "-shm", "-wal"]) {
      const path = `${workspace.path}/db/store.kv${suffix}`;
      await Deno.remove(path).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    }

    const next = await cli.attach(Number(id), ...OTHER_PLACE);

    strictEqual(next.record.id, link.record.id + 1);
    strictEqual((await checkAgreement(workspace)).links.length, 2);
    await cli.must(["unload", id]);
    deepStrictEqual(workspace.litter(), []);
  },
);

kernelTest("rows are found again when the whole database folder is lost", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const { id, link } = await loadAndAttach(cli);
  await Deno.remove(`${workspace.path}/db`, { recursive: true });

  const listed = await cli.run(["list", "links", "-q"]);
  deepStrictEqual([listed.code, listed.stdout], [0, `${link.record.id}\n`]);
  match(listed.stderr, /The state in ".*state\.json" is gone: what is shown comes from its copy/);
  const next = await cli.attach(Number(id), ...OTHER_PLACE);
  strictEqual(next.record.id, link.record.id + 1);
  strictEqual((await checkAgreement(workspace)).links.length, 2);
  await cli.must(["unload", id]);
  deepStrictEqual(workspace.litter(), []);
});

kernelTest("programs are found again when the copy of the rows is lost, too", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const { id, link } = await loadAndAttach(cli);
  await Deno.remove(`${workspace.path}/db`, { recursive: true });
  await Deno.remove(`${workspace.path}/rows.json`);

  const words = ["attach", id, ...OTHER_PLACE, "-o", "json"];
  const { code, stdout, stderr } = await cli.run(words);

  strictEqual(code, 0, stderr);
  match(stderr, new RegExp(`note: program ${id} "count_openat" .* it is kept`));
  // the link of old keeps its pin, and with it its number
  strictEqual(JSON.parse(stdout).record.id, link.record.id + 1);
});

kernelTest(
  "a damaged readers' file is read past and mended by the next change",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    const cli = new Cli(workspace);
    const { id } = await loadAndAttach(cli);
    await Deno.writeTextFile(`${workspace.path}/db/state.json`, "{half");

    const listed = await cli.run(["list", "programs", "-q"]);
    deepStrictEqual([listed.code, listed.stdout], [0, `${id}\n`]);
    match(listed.stderr, /Cannot read the state in ".*state\.json": it is not JSON: .* its copy/);

    await cli.must(["detach", "99", "--ignore-missing"]);
    strictEqual(await cli.must(["list", "programs", "-q"]), `${id}\n`);
    await checkAgreement(workspace);
  },
);

kernelTest("pins that were removed by hand are forgotten, and unload is done", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  const { program, id, link } = await loadAndAttach(cli);
  await Deno.remove(link.record.pin_path);
  const links = await cli.run(["list", "links", "-o", "json"]);
  deepStrictEqual(JSON.parse(links.stdout), { links: [] });
  match(links.stderr, /link 1 has lost its pin/);

  await Deno.remove(program.status.prog_pin);
  const unloaded = await cli.run(["unload", id]);
  strictEqual(unloaded.code, 0, unloaded.stderr);
  match(unloaded.stderr, new RegExp(`program ${id} "count_openat" has lost its pin`));
  await checkAgreement(workspace);
  deepStrictEqual(workspace.litter(), []);
});
