import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { Manager } from "../../core/api.ts";
import { acquireLock } from "../../core/store/lock.ts";
import { Cli, type LinkJson, type LoadedJson } from "../support/cli.ts";
import { IS_EMULATED } from "../support/emulated.ts";
import { openOn } from "../support/in_process.ts";
import { must, type ProgramResult } from "../support/must.ts";
import { OwnObject } from "../support/own_object.ts";
import { kernelTest } from "../support/requires.ts";
import { checkAgreement } from "../support/truth.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "tracefs"] as const;
const WORKERS = IS_EMULATED ? 4 : 8;
const PLACE = ["tracepoint", "--tracepoint", "syscalls/sys_enter_openat"];
/** On a busy machine a worker's turn may come late. */
const PATIENT = ["--lock-timeout", "5m"];

interface Worked {
  readonly programId: number;
  readonly linkIds: readonly number[];
}

function mustSucceed({ code, stdout, stderr }: ProgramResult): string {
  strictEqual(code, 0, stderr);
  return stdout;
}

/** Loads, attaches twice with a detach in between, and unloads. */
async function work(cli: Cli, load: readonly string[]): Promise<Worked> {
  const { programs }: { programs: LoadedJson[] } = JSON.parse(
    mustSucceed(await cli.run([...load, ...PATIENT])),
  );
  const { program_id: id } = must(programs[0], "program").record;
  const linkIds: number[] = [];
  for (let round = 0; round < 2; round++) {
    const words = ["attach", String(id), ...PLACE, "-o", "json", ...PATIENT];
    const { record }: LinkJson = JSON.parse(mustSucceed(await cli.run(words)));
    linkIds.push(record.id);
    if (round === 0) mustSucceed(await cli.run(["detach", String(record.id), ...PATIENT]));
  }
  mustSucceed(await cli.run(["unload", String(id), ...PATIENT]));
  return { programId: id, linkIds };
}

kernelTest(
  `${WORKERS} workers at once use a directory that is not there yet`,
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    await using folder = await Workspace.make();
    const object = await OwnObject.make(folder.path, "tracepoint_counter", ["count_openat"]);
    const spec = `tracepoint:${object.name("count_openat")}`;
    const load = ["load", "file", object.path, "--programs", spec, "-o", "json"];
    const cli = new Cli(workspace);

    const all = await Promise.all(Array.from({ length: WORKERS }, () => work(cli, load)));

    strictEqual(new Set(all.map(({ programId }) => programId)).size, WORKERS);
    const links = all.flatMap(({ linkIds }) => linkIds).sort((a, b) => a - b);
    deepStrictEqual(links, Array.from({ length: WORKERS * 2 }, (_, index) => index + 1));
    deepStrictEqual(await checkAgreement(workspace), { programs: [], links: [] });
    deepStrictEqual(workspace.litter(), []);
    await object.mustBeInKernel([]);
  },
);

/** Reads over and over until `work` is done; returns how many programs each read found. */
async function readDuring(reader: Manager, work: Promise<unknown>): Promise<number[]> {
  let isDone = false;
  const ending = work.finally(() => isDone = true);
  const counts: number[] = [];
  while (!isDone) {
    const rows = await reader.listPrograms();
    counts.push(rows.length);
    await reader.listLinks();
    for (const { programId } of rows) {
      try {
        await reader.getProgram(programId);
      } catch (error) {
        // it may have gone since it was listed
        match(String(error), /does not exist|not managed/);
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await ending;
  return counts;
}

kernelTest("readers never fail and never see half a load while others work", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  await using reader = await openOn(workspace);
  const names = "xdp:xdp_first,tcx:tc_first,tracepoint:many_openat";
  const rounds = IS_EMULATED ? 3 : 6;
  let reads = 0;
  for (let round = 0; round < rounds; round++) {
    const loading = cli.load("many", names);
    const counts = await readDuring(reader, loading);
    ok(counts.every((count) => count === 0 || count === 3), `reads found ${counts.join(" ")}`);
    const ids = (await loading).map(({ record }) => String(record.program_id));
    const working = async () => {
      mustSucceed(await cli.run(["attach", must(ids[2], "program"), ...PLACE]));
      mustSucceed(await cli.run(["unload", ...ids]));
    };
    reads += counts.length + (await readDuring(reader, working())).length;
  }
  ok(reads > rounds * 2, `${reads} reads`);
  // nothing was interrupted: what a reader meets halfway is the work of somebody alive
  deepStrictEqual(reader.notices(), []);
});

kernelTest("a change that waits too long for the lock ends with code 6", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace);
  await cli.must(["detach", "1", "--ignore-missing"]);
  using _lock = await acquireLock(`${workspace.path}/.lock`, 1000);

  const started = performance.now();
  const { code, stderr } = await cli.run(["unload", "1", "--lock-timeout", "1s"]);

  strictEqual(code, 6);
  match(stderr, /Timed out waiting for lock ".*\/\.lock" after 1 s: another process holds it/);
  match(stderr, /hint: .*--lock-timeout/);
  // the two clocks count parts of milliseconds in their own ways
  ok(performance.now() - started >= 990, "it did not wait");
  // readers need no lock
  strictEqual((await cli.run(["list", "programs"])).code, 0);
});
