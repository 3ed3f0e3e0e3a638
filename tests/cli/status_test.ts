/**
 * `status` and `repair`: what is named, and what is mended. Places in the kernel are asked in
 * tests/kernel.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import type { LinkRecord, ProgramRecord } from "../../core/types.ts";
import { openKernel } from "../../ffi/mod.ts";
import { mustBecome } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { StateScene } from "../support/state_scene.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "tracefs"] as const;

kernelTest(
  "status is fine from the first command to the last, and changes nothing",
  NEEDS,
  async () => {
    await using scene = await StateScene.make();
    deepStrictEqual(await scene.codes(), []);
    const before = scene.files();
    const { id, link } = await scene.loadAndAttach();
    deepStrictEqual(await scene.codes(), []);
    const during = scene.files();
    await scene.codes();
    deepStrictEqual(scene.files(), during, "status has changed a file");
    ok(during.length > before.length);
    await scene.cli.must(["detach", link]);
    await scene.cli.must(["unload", id]);
    deepStrictEqual(await scene.codes(), []);
  },
);

kernelTest(
  "status names what is gone and left over, and repair mends all of it",
  NEEDS,
  async () => {
    await using scene = await StateScene.make();
    const { path } = scene.workspace;
    const first = await scene.loadAndAttach();
    const second = await scene.loadAndAttach();
    const third = await scene.loadAndAttach();
    Deno.removeSync(`${path}/fs/links/${first.link}`);
    Deno.removeSync(`${path}/fs/prog_${second.id}`);
    Deno.removeSync(`${path}/fs/links/${second.link}`);
    const { bpf } = openKernel();
    await mustBecome("the end of the program", () => bpf.programInfo(Number(second.id)) === null);
    Deno.mkdirSync(`${path}/.staging/7-half`);
    Deno.mkdirSync(`${path}/programs/4000000001`);
    Deno.mkdirSync(`${path}/fs/maps/4000000002`);
    Deno.writeTextFileSync(
      `${path}/.lock`,
      JSON.stringify({ pid: 4711, verb: "attach 63 xdp", since: "2026-01-02T03:04:05.000Z" }),
    );

    const { code, json } = await scene.status();
    strictEqual(code, 8);
    strictEqual(json.status, "drift");
    const found = json.findings.map(({ code, subject }) => `${code} ${subject}`).sort();
    deepStrictEqual(found, [
      "killed-command process 4711",
      `orphan-folder folder ${path}/.staging/7-half`,
      `orphan-folder folder ${path}/programs/4000000001`,
      `orphan-pin pin ${path}/fs/maps/4000000002`,
      `pin-gone link ${first.link}`,
      `pin-gone link ${second.link}`,
      `program-gone program ${second.id}`,
    ]);
    for (const { mend } of json.findings) strictEqual(mend, `bpfman repair --runtime-dir ${path}`);

    const planned = await scene.cli.run(["repair", "--dry-run", "-o", "json"]);
    strictEqual(planned.code, 8);
    const steps = JSON.parse(planned.stdout).steps.map(({ message }: { message: string }) =>
      message
    );
    strictEqual(steps.length, 6, planned.stdout);
    deepStrictEqual((await scene.codes()).length, 7, "a dry run has changed something");

    await scene.cli.must(["repair"]);
    deepStrictEqual(await scene.codes(), []);
    const left = await scene.cli.json<{ links: { id: number }[] }>(["list", "links"]);
    strictEqual(left.links.length, 1);
    await scene.cli.must(["unload", first.id, third.id]);
    deepStrictEqual(scene.workspace.litter(), []);
  },
);

kernelTest(
  "rows of another boot are forgotten, and nothing of today is touched",
  NEEDS,
  async () => {
    await using scene = await StateScene.make();
    await using others = await StateScene.make();
    const foreign = await others.loadAndAttach();
    await scene.loadAndAttach();
    // the rows say what they would say after a boot: ids that the kernel has given to others since
    await scene.forge({
      bootId: "00000000-0000-4000-8000-000000000000",
      program: (row): ProgramRecord => ({ ...row, programId: Number(foreign.id) as never }),
      link: (row): LinkRecord => ({
        ...row,
        programId: Number(foreign.id) as never,
        kernelLinkId: foreign.kernelLinkId,
      }),
    });
    const listed = await scene.cli.run(["list", "links", "-o", "json"]);
    deepStrictEqual(JSON.parse(listed.stdout), { links: [] });
    match(listed.stderr, /the machine was booted since/);
    ok((await scene.codes()).includes("booted"));

    const { code } = await scene.cli.run(["repair"]);
    ok(code === 0 || code === 8);
    strictEqual(others.isRunning(foreign), true, "a foreign program was touched");
    deepStrictEqual(await others.codes(), []);
    await scene.cli.run(["repair", "--rebuild-store"]);
    strictEqual(scene.rows().bootId === "00000000-0000-4000-8000-000000000000", false);
    strictEqual(
      scene.rows().programs.some(({ programId }) => String(programId) === foreign.id),
      false,
    );
  },
);

kernelTest("a program of others under a name of ours is never touched", NEEDS, async () => {
  await using scene = await StateScene.make();
  await using others = await StateScene.make();
  const foreign = await others.loadAndAttach();
  await scene.loadAndAttach();
  const { bpf } = openKernel();
  const pin = `${scene.workspace.bpffs}/prog_${foreign.id}`;
  {
    using program = bpf.openPin(`${others.workspace.bpffs}/prog_${foreign.id}`);
    bpf.pin(program.raw, pin);
  }
  // the same boot, the id given anew: tag and time of the load tell
  await scene.forge({
    program: (row): ProgramRecord => ({ ...row, programId: Number(foreign.id) as never }),
  });
  ok((await scene.codes()).includes("foreign-pin"));
  const unloaded = await scene.cli.run(["unload", foreign.id, "--ignore-missing"]);
  strictEqual(unloaded.code, 0, unloaded.stderr);
  await scene.cli.run(["repair", "--rebuild-store"]);
  ok(Deno.lstatSync(pin).isFile, "the pin of others was removed");
  strictEqual(others.isRunning(foreign), true);
  deepStrictEqual(await others.codes(), []);
});

kernelTest("status --record tells what is new since the last time", NEEDS, async () => {
  await using scene = await StateScene.make();
  const { link } = await scene.loadAndAttach();
  const recorded = async () => {
    const { stdout } = await scene.cli.run(["status", "--record", "-o", "json"]);
    const { record } = JSON.parse(stdout);
    const codes = (list: { code: string }[]) => list.map(({ code }) => code);
    return { added: codes(record.new), gone: codes(record.gone), isFirst: record.since === null };
  };
  deepStrictEqual(await recorded(), { added: [], gone: [], isFirst: true });
  Deno.removeSync(`${scene.workspace.bpffs}/links/${link}`);
  deepStrictEqual(await recorded(), { added: ["pin-gone"], gone: [], isFirst: false });
  deepStrictEqual(await recorded(), { added: [], gone: [], isFirst: false });
  await scene.cli.must(["repair"]);
  deepStrictEqual(await recorded(), { added: [], gone: ["pin-gone"], isFirst: false });
  strictEqual(scene.workspace.names("records").length, 4);
});

kernelTest("status names who changes something, and blames nobody for it", NEEDS, async () => {
  await using scene = await StateScene.make();
  const { link } = await scene.loadAndAttach();
  Deno.removeSync(`${scene.workspace.bpffs}/links/${link}`);
  const { acquireLock } = await import("../../core/store/lock.ts");
  const directory = `${scene.workspace.path}/.queue`;
  const lock = `${scene.workspace.path}/.lock`;
  {
    using _lock = await acquireLock(lock, 1000, { verb: "attach 1 xdp", directory });
    const { code, json } = await scene.status();
    deepStrictEqual([code, json.status, json.findings], [0, "changing", []]);
    deepStrictEqual([json.changing?.pid, json.changing?.verb], [Deno.pid, "attach 1 xdp"]);
  }
  deepStrictEqual(await scene.codes(), ["pin-gone"]);
  strictEqual(Deno.readTextFileSync(lock), "", "the holder's name stays in the file");
});
