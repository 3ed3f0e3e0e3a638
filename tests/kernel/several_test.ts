import { deepStrictEqual } from "node:assert/strict";
import { counter, mustCount } from "../support/bpftool.ts";
import { Cli } from "../support/cli.ts";
import { must } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Stage } from "../support/stage.ts";
import { TYPE_CASES, type TypeCase } from "../support/type_cases.ts";

const NEEDS: readonly Need[] = [
  "root",
  "bpffs",
  "command:bpftool",
  "command:ip",
  "command:bash",
  "command:perl",
];
const EVENTS = 10;
/** Chains of XDP and TC have tests of their own; samples cannot be counted out. */
const LEFT_OUT = ["xdp", "tc", "perf_event"];

/** Brings events about and checks how many of them each map counted. */
async function provokeAndCheck(
  { test, stage }: { readonly test: TypeCase; readonly stage: Stage },
  wanted: ReadonlyMap<string, number>,
): Promise<void> {
  // what an earlier round has brought about stays counted
  const before = new Map<string, number>();
  for (const path of wanted.keys()) before.set(path, await counter(path, test.slot));
  await test.provoke(stage, EVENTS);
  for (const [path, events] of wanted) {
    await mustCount(path, (before.get(path) ?? 0) + events, test.slot);
  }
}

/** Three programs on one hook, of which the second leaves. */
async function countApart(test: TypeCase): Promise<void> {
  await using stage = new Stage();
  const workspace = await stage.workspace();
  const cli = new Cli(workspace);
  const place = await test.place(stage);
  const globals = await test.load?.(stage) ?? [];
  const spec = `${test.type}:${test.program}`;
  const loaded = await cli.load(test.fixture, `${spec},${spec},${spec}`, globals);
  const ids = loaded.map(({ record }) => record.program_id);
  const counts = loaded.map(({ status }) => `${status.map_dir}/${test.map}`);
  const links: number[] = [];
  for (const id of ids) links.push((await cli.attach(id, ...place)).record.id);

  const [first = "", second = "", third = ""] = counts;
  const all = [[first, EVENTS], [second, EVENTS], [third, EVENTS]] as const;
  await provokeAndCheck({ test, stage }, new Map(all));
  await cli.must(["detach", String(must(links[1], "link"))]);
  // the one that has left is looked at last, when the others have counted all
  const left = [[first, EVENTS], [third, EVENTS], [second, 0]] as const;
  await provokeAndCheck({ test, stage }, new Map(left));
  await cli.must(["unload", ...ids.map(String)]);
  deepStrictEqual(workspace.litter(), []);
}

for (const test of TYPE_CASES.filter(({ type }) => !LEFT_OUT.includes(type))) {
  kernelTest(
    `three ${test.type} programs on one hook count apart, also when one leaves`,
    [...NEEDS, ...test.needs],
    () => countApart(test),
  );
}
