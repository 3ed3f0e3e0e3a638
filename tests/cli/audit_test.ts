/**
 * The audit log under what happens to it on a machine: many writers, kills, a full disk; and what
 * commands write there.
 *
 * @module
 */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { appendAttempt } from "../../core/audit/append.ts";
import { readEntries } from "../../core/audit/read.ts";
import { verifyLog } from "../../core/audit/verify.ts";
import { AuditScene, sampleAttempt, written } from "../support/audit_scene.ts";
import { Cli, fixture, ROOT } from "../support/cli.ts";
import { must, mustRun } from "../support/must.ts";
import { Random } from "../support/random.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const MAX_BYTES = 20_000;
const WRITERS = 20;
const ENTRIES = 10;
const KILLS = 12;

function child({ place }: AuditScene, count: number): Deno.ChildProcess {
  const words = [place.file, place.head, String(MAX_BYTES), String(count)];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}tests/support/audit_child.ts`, ...words],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

Deno.test("20 writers at once lose no entry of the audit log", async () => {
  using scene = new AuditScene(MAX_BYTES);
  const children = Array.from({ length: WRITERS }, () => child(scene, ENTRIES));
  const ends = await Promise.all(children.map((one) => one.output()));
  deepStrictEqual(ends.filter(({ code }) => code !== 0), []);
  const report = await verifyLog(scene.place);
  strictEqual(report.bad, null);
  strictEqual(report.entries, WRITERS * ENTRIES);
  deepStrictEqual([report.torn, report.notes], [[], []]);
  ok(report.files.length > 2, "no file became full");
  const written = (await readEntries(scene.place)).map(({ links }) => links.join(" "));
  strictEqual(new Set(written).size, WRITERS * ENTRIES);
});

/** Starts a writer, kills it after so many entries; returns the last that it told of. */
async function killAfter(scene: AuditScene, count: number): Promise<number> {
  const writer = child(scene, 1_000_000);
  const lines = writer.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (text.split("\n").length <= count) {
    const { value, done } = await lines.read();
    if (done) break;
    text += value;
  }
  writer.kill("SIGKILL");
  for (let part = await lines.read(); !part.done; part = await lines.read()) text += part.value;
  strictEqual((await writer.status).signal, "SIGKILL");
  return Number(must(text.split("\n").at(-2), "entry before the kill"));
}

Deno.test("a killed writer leaves an audit log that goes on", async () => {
  using scene = new AuditScene(MAX_BYTES);
  const random = new Random(7);
  for (let kill = 0; kill < KILLS; kill++) {
    const told = await killAfter(scene, 1 + random.below(12));
    const { bad, last } = await verifyLog(scene.place);
    strictEqual(bad, null);
    // what was told of is in the log; one more may be that was not told of any more
    const kept = must(last, "entry").sequence;
    ok(kept === told || kept === told + 1, `told ${told}, kept ${kept}`);
  }
  await scene.append();
  strictEqual((await verifyLog(scene.place)).bad, null);
});

kernelTest(
  "a full disk keeps the audit log whole, and it goes on with room",
  ["root"],
  async () => {
    using scene = new AuditScene();
    const disk = `${scene.folder}/disk`;
    Deno.mkdirSync(disk);
    await mustRun("mount", ["-t", "tmpfs", "-o", "size=64k", "bpfman-audit", disk]);
    try {
      const place = { ...scene.place, file: `${disk}/audit.jsonl` };
      let done = 0;
      const fill = async () => {
        for (; done < 1000; done++) await appendAttempt(place, sampleAttempt());
      };
      await rejects(fill, { code: "audit-unwritable" });
      ok(done > 10, `${done} entries`);
      await rejects(appendAttempt(place, sampleAttempt()), { code: "audit-unwritable" });
      const report = await verifyLog(place);
      deepStrictEqual([report.bad, report.entries], [null, done]);

      await mustRun("mount", ["-o", "remount,size=256k", disk]);
      await appendAttempt(place, sampleAttempt());
      const later = await verifyLog(place);
      deepStrictEqual([later.bad, later.entries], [null, done + 1]);
    } finally {
      await mustRun("umount", [disk]);
    }
  },
);

kernelTest(
  "every attempt of a changing command is in the audit log",
  ["root", "bpffs"],
  async () => {
    await using workspace = await Workspace.make();
    const cli = new Cli(workspace);
    const [program] = await cli.load("xdp_counter", "xdp:xdp_count");
    const { record } = must(program, "program");
    const id = record.program_id;
    const failing = [
      ["load", "file", fixture("bad_verifier"), "--programs", "xdp:nothing"],
      ["attach", String(id), "xdp", "--iface", "no-such-one", "--priority", "5"],
      ["detach", "4711"],
    ];
    for (const args of failing) ok((await cli.run(args)).code > 0, args.join(" "));
    await cli.must(["list", "programs"]);
    await cli.must(["unload", String(id)]);

    const entries = await written(workspace);
    deepStrictEqual(
      entries.map(({ verb, result, error, programs, links }) => [
        verb,
        result,
        error,
        programs,
        links,
      ]),
      [
        ["load file", "done", null, [id], []],
        ["load file", "failed", "program-name-unknown", [], []],
        ["attach xdp", "failed", "interface-not-found", [id], []],
        ["detach", "failed", "link-not-found", [], [4711]],
        ["unload", "done", null, [id], []],
      ],
    );
    const [load, bad] = entries;
    deepStrictEqual(load?.source, { kind: "file", path: record.load.source_path });
    match(load?.object ?? "", /^sha256:[0-9a-f]{64}$/);
    deepStrictEqual(bad?.source, { kind: "file", path: fixture("bad_verifier") });
    const { uid, user } = must(load, "entry").who;
    deepStrictEqual([uid, user], [0, "root"]);
  },
);

kernelTest("an audit log that is required and full keeps everything as it is", [
  "root",
  "bpffs",
], async () => {
  await using workspace = await Workspace.make();
  const cli = new Cli(workspace, "process");
  const config = `${workspace.path}/bpfman.toml`;
  const wanted = (required: boolean) =>
    Deno.writeTextFileSync(config, `[audit]\nrequired = ${required}\nfile = "/dev/full/x.jsonl"\n`);
  const load = ["load", "file", fixture("xdp_pass"), "--programs", "xdp:xdp_pass"];
  wanted(true);
  const refused = await cli.run([...load, "--config", config, "-o", "json"]);
  strictEqual(refused.code, 1);
  strictEqual(JSON.parse(refused.stderr).error.code, "audit-unwritable");
  deepStrictEqual(await cli.json(["list", "programs"]), { programs: [] });

  wanted(false);
  const done = await cli.run([...load, "--config", config]);
  strictEqual(done.code, 0, done.stderr);
  match(done.stderr, /^bpfman: warning: Cannot write the audit log "\/dev\/full\/x\.jsonl"/);

  Deno.writeTextFileSync(config, `[audit]\nrequired = true\n`);
  await cli.must(["delete", "program", "--all", "--config", config]);
  deepStrictEqual((await written(workspace)).map(({ verb, result }) => [verb, result]), [
    ["delete program", "begun"],
    ["delete program", "done"],
  ]);
});
