import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { PROGRAM_TYPES } from "../../core/types.ts";
import {
  type BpftoolLink,
  counter,
  mustCount,
  mustMatchBpftool,
  objectById,
} from "../support/bpftool.ts";
import { Cli, type LinkJson, type LoadedJson } from "../support/cli.ts";
import { must, mustBecome } from "../support/must.ts";
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
const EVENTS = 25;

Deno.test("there is a case for every program type", () => {
  deepStrictEqual(TYPE_CASES.map(({ type }) => type).sort(), [...PROGRAM_TYPES].sort());
});

/** What was counted must be what was done, or something where that is not ours to say. */
async function checkCount(test: TypeCase, stats: string): Promise<void> {
  if (test.isExact !== false) return await mustCount(stats, EVENTS, test.slot);
  ok(await counter(stats, test.slot) > 0, "nothing was counted");
}

async function checkLink(test: TypeCase, link: LinkJson, programId: number): Promise<void> {
  strictEqual(link.record.kind, test.type);
  strictEqual(link.status.kernel_seen, true);
  strictEqual(link.status.pin_present, true);
  strictEqual(link.status.problem, null);
  if (test.hasLink === false) return strictEqual(link.record.kernel_link_id, null);
  const id = must(link.record.kernel_link_id, "link id");
  strictEqual((await objectById<BpftoolLink>("link", id))?.prog_id, programId);
}

/** Load, attach, count, detach, count no more, unload, leave nothing behind. */
async function conform(test: TypeCase): Promise<void> {
  await using stage = new Stage();
  const workspace = await stage.workspace();
  const cli = new Cli(workspace);
  const place = await test.place(stage);
  const globals = await test.load?.(stage) ?? [];
  const [program] = await cli.load(test.fixture, `${test.type}:${test.program}`, globals);
  const { record, status } = must(program, "program");
  const id = record.program_id;
  const stats = `${status.map_dir}/${test.map}`;

  const link = await cli.attach(id, ...place);
  await checkLink(test, link, id);
  deepStrictEqual(await cli.json<LinkJson>(["get", "link", String(link.record.id)]), link);
  const seen = await cli.json<LoadedJson>(["get", "program", String(id)]);
  await mustMatchBpftool(must(seen.status.kernel, "kernel side"));
  await test.provoke(stage, EVENTS);
  await checkCount(test, stats);

  await cli.must(["detach", String(link.record.id)]);
  const kernelLink = link.record.kernel_link_id;
  if (kernelLink !== null) strictEqual(await objectById("link", kernelLink), undefined);
  const atDetach = await counter(stats, test.slot);
  await test.provoke(stage, EVENTS);
  strictEqual(await counter(stats, test.slot), atDetach, "counted after it was detached");

  await cli.must(["unload", String(id)]);
  // some kinds are freed a grace period after their last user
  await mustBecome("the end of the program", async () => !await objectById("prog", id));
  deepStrictEqual(workspace.litter(), []);
}

for (const test of TYPE_CASES) {
  kernelTest(
    `type ${test.type}: loads, attaches, counts, detaches, leaves nothing`,
    [...NEEDS, ...test.needs],
    () => conform(test),
  );
}
