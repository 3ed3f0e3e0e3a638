import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { AuditScene, sampleAttempt } from "../../tests/support/audit_scene.ts";
import { BpfmanError } from "../errors.ts";
import { appendAttempt } from "./append.ts";
import { readEntries } from "./read.ts";
import { verifyLog } from "./verify.ts";

Deno.test("appendAttempt() writes what it was told, and where it stands", async () => {
  using scene = new AuditScene();
  const head = await scene.append({ verb: "attach xdp" });
  const second = await scene.append({ error: "verifier-rejected", result: "failed" });
  strictEqual(second.sequence, 2);
  const entries = await readEntries(scene.place);
  deepStrictEqual(entries.map(({ verb, error }) => [verb, error]), [
    ["attach xdp", null],
    ["load file", "verifier-rejected"],
  ]);
  const [first, last] = entries;
  strictEqual(first?.hash, head.hash);
  strictEqual(last?.previous, head.hash);
  strictEqual(last?.log, first?.log);
  strictEqual((Deno.statSync(scene.place.file).mode ?? 0) & 0o777, 0o600);
});

Deno.test("appendAttempt() goes on behind a write that was cut at any byte", async () => {
  using scene = new AuditScene();
  await scene.fill(2);
  const [before, head] = [scene.read(), Deno.readFileSync(scene.place.head)];
  await scene.append({ programs: [3] });
  const whole = scene.read();
  const line = whole.length - before.length - 1;
  for (let kept = 1; kept < line; kept++) {
    scene.write(whole.subarray(0, before.length + kept));
    Deno.writeFileSync(scene.place.head, head);
    const torn = await verifyLog(scene.place);
    deepStrictEqual([torn.bad, torn.entries], [null, 2]);
    deepStrictEqual(torn.torn.map(({ line, bytes }) => [line, bytes]), [[3, kept]]);

    await scene.append({ programs: [4] });
    const report = await verifyLog(scene.place);
    deepStrictEqual([report.bad, report.entries], [null, 3], `cut after ${kept} bytes`);
    deepStrictEqual(report.torn.map(({ line, bytes }) => [line, bytes]), [[3, kept]]);
  }
});

Deno.test("verifyLog() misses the bytes of a cut write when they are changed or taken away", async () => {
  using scene = new AuditScene();
  await scene.fill(2);
  Deno.writeTextFileSync(scene.place.file, '{"version":1,"lo', { append: true });
  await scene.append();
  strictEqual((await verifyLog(scene.place)).bad, null);
  const [one = "", two = "", torn = "", four = ""] = scene.lines();
  scene.writeLines([one, two, four]);
  strictEqual((await verifyLog(scene.place)).bad?.line, 3);
  scene.writeLines([one, two, torn.replace("1", "2"), four]);
  strictEqual((await verifyLog(scene.place)).bad?.line, 3);
  scene.writeLines([one, two, torn, torn, four]);
  strictEqual((await verifyLog(scene.place)).bad?.line, 3);
});

Deno.test("appendAttempt() takes a whole line without its newline for an entry", async () => {
  using scene = new AuditScene();
  await scene.fill(2);
  scene.write(scene.read().subarray(0, -1));
  strictEqual((await verifyLog(scene.place)).bad, null);
  await scene.append();
  const report = await verifyLog(scene.place);
  deepStrictEqual([report.bad, report.entries, report.torn], [null, 3, []]);
});

Deno.test("appendAttempt() mends a head record that a kill left behind", async () => {
  using scene = new AuditScene();
  await scene.fill(2);
  const head = Deno.readFileSync(scene.place.head);
  await scene.append();
  Deno.writeFileSync(scene.place.head, head);
  const behind = await verifyLog(scene.place);
  strictEqual(behind.bad, null);
  deepStrictEqual(behind.notes, ["the head record is 1 entry(s) behind the log"]);
  await scene.append();
  deepStrictEqual((await verifyLog(scene.place)).notes, []);
});

Deno.test("appendAttempt() goes on where a kill left only full files", async () => {
  using scene = new AuditScene();
  await scene.fill(2);
  Deno.renameSync(scene.place.file, `${scene.place.file}.1`);
  strictEqual((await verifyLog(scene.place)).bad, null);
  const { sequence } = await scene.append();
  strictEqual(sequence, 3);
  strictEqual((await verifyLog(scene.place)).bad, null);
});

Deno.test("appendAttempt() keeps for good that a log was cut or taken away before it", async () => {
  for (const cut of ["last", "all"] as const) {
    using scene = new AuditScene();
    await scene.fill(3);
    if (cut === "all") Deno.removeSync(scene.place.file);
    else scene.writeLines(scene.lines().slice(0, 2));
    await scene.append();
    await scene.append();
    const { bad } = await verifyLog(scene.place);
    strictEqual(bad?.sequence, cut === "all" ? 1 : 3, JSON.stringify(bad));
    strictEqual(bad?.line, cut === "all" ? 1 : 3);
  }
});

Deno.test("appendAttempt() names a log that it cannot write", async () => {
  using scene = new AuditScene();
  Deno.writeTextFileSync(`${scene.folder}/log`, "a file");
  await rejects(
    appendAttempt(scene.place, sampleAttempt()),
    (error) => error instanceof BpfmanError && error.code === "audit-unwritable",
  );
});

Deno.test("readEntries() filters by time, verb, result and number", async () => {
  using scene = new AuditScene(1000);
  await scene.append({ verb: "load file", time: "2026-01-01T00:00:00.000Z" });
  await scene.append({ verb: "load image", result: "refused", time: "2026-01-02T00:00:00.000Z" });
  await scene.append({ verb: "loader", time: "2026-01-03T00:00:00.000Z" });
  const verbs = async (filter: Parameters<typeof readEntries>[1]) =>
    (await readEntries(scene.place, filter)).map(({ verb }) => verb);
  deepStrictEqual(await verbs({}), ["load file", "load image", "loader"]);
  deepStrictEqual(await verbs({ verb: "load" }), ["load file", "load image"]);
  deepStrictEqual(await verbs({ result: "refused" }), ["load image"]);
  deepStrictEqual(await verbs({ limit: 2 }), ["load image", "loader"]);
  deepStrictEqual(await verbs({ since: new Date("2026-01-02T00:00:00Z") }), [
    "load image",
    "loader",
  ]);
});
