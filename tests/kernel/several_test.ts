import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { counter, mustCount } from "../support/bpftool.ts";
import { Cli } from "../support/cli.ts";
import { must } from "../support/must.ts";
import { kernelTest, type Need } from "../support/requires.ts";
import { Stage } from "../support/stage.ts";
import { TYPE_CASES, type TypeCase } from "../support/type_cases.ts";

const NEEDS: readonly Need[] = ["root", "bpffs", "command:bpftool", "command:ip", "command:bash"];
const EVENTS = 10;
/** Chains of XDP and TC have tests of their own; samples cannot be counted out. */
const LEFT_OUT = ["xdp", "tc", "perf_event"];

/** Three programs on one hook, of which the second leaves. */
async function countApart(test: TypeCase): Promise<void> {
  await using stage = new Stage();
  const workspace = await stage.workspace();
  const cli = test.isOurs === true ? new Cli(workspace, "process") : new Cli(workspace);
  const place = await test.place(stage);
  const globals = await test.load?.(stage) ?? [];
  const spec = `${test.type}:${test.program}`;
  const loaded = await cli.load(test.fixture, `${spec},${spec},${spec}`, globals);
  const ids = loaded.map(({ record }) => record.program_id);
  const counts = loaded.map(({ status }) => `${status.map_dir}/${test.map}`);
  const links: number[] = [];
  for (const id of ids) links.push((await cli.attach(id, ...place)).record.id);

  await test.provoke(stage, EVENTS);
  for (const path of counts) await mustCount(path, EVENTS, test.slot);
  await cli.must(["detach", String(must(links[1], "link"))]);
  await test.provoke(stage, EVENTS);
  const [first = "", second = "", third = ""] = counts;
  for (const path of [first, third]) await mustCount(path, EVENTS * 2, test.slot);
  strictEqual(await counter(second, test.slot), EVENTS, "counted after it was detached");
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
