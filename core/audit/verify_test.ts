import {
  deepStrictEqual,
  match,
  notStrictEqual,
  ok,
  rejects,
  strictEqual,
} from "node:assert/strict";
import { AuditScene } from "../../tests/support/audit_scene.ts";
import { BpfmanError } from "../errors.ts";
import { readEntries } from "./read.ts";
import { verifyLog } from "./verify.ts";

/** Number and line of the first bad entry. */
async function firstBad(scene: AuditScene): Promise<[number, number, string] | null> {
  const { bad } = await verifyLog(scene.place);
  return bad === null ? null : [bad.sequence, bad.line, bad.reason];
}

Deno.test("verifyLog() accepts what appendAttempt() wrote, and an absent log", async () => {
  using scene = new AuditScene();
  deepStrictEqual((await verifyLog(scene.place)).bad, null);
  await scene.fill(3);
  const report = await verifyLog(scene.place);
  strictEqual(report.bad, null);
  strictEqual(report.entries, 3);
  strictEqual(report.last?.sequence, 3);
  deepStrictEqual([report.torn, report.notes], [[], []]);
});

Deno.test("verifyLog() names the entry in which any one byte was changed", async () => {
  using scene = new AuditScene();
  await scene.fill(3);
  const whole = scene.read();
  let line = 1;
  for (const [at, byte] of whole.entries()) {
    const changed = whole.slice();
    // one bit, mostly within ASCII and sometimes out of it
    changed[at] = byte ^ (at % 5 === 0 ? 0x80 : 1);
    scene.write(changed);
    const { bad } = await verifyLog(scene.place);
    strictEqual(bad?.line, line, `byte ${at} changed: ${JSON.stringify(bad)}`);
    strictEqual(bad?.sequence, line);
    strictEqual(bad?.file, scene.place.file);
    if (byte === 10) line++;
  }
  strictEqual(line, 4);
});

Deno.test("verifyLog() names the first of entries that are missing", async () => {
  for (const [gone, sequence] of [[0, 1], [1, 2], [3, 4]] as const) {
    using scene = new AuditScene();
    await scene.fill(4);
    scene.writeLines(scene.lines().filter((_, at) => at !== gone));
    const bad = await firstBad(scene);
    deepStrictEqual(bad?.slice(0, 2), [sequence, gone + 1]);
    match(bad?.[2] ?? "", /missing/);
  }
});

Deno.test("verifyLog() notices a log that was cut, at every byte", async () => {
  using scene = new AuditScene();
  await scene.fill(2);
  const whole = scene.read();
  const first = whole.indexOf(10) + 1;
  // without its last newline the log is still whole
  for (let length = 0; length < whole.length - 1; length++) {
    scene.write(whole.subarray(0, length));
    const bad = await firstBad(scene);
    const isFirstWhole = length >= first - 1;
    strictEqual(bad?.[0], isFirstWhole ? 2 : 1, `cut to ${length} bytes: ${bad}`);
  }
});

Deno.test("verifyLog() notices entries in another order, twice, and of another log", async () => {
  using scene = new AuditScene();
  await scene.fill(4);
  const [one = "", two = "", three = "", four = ""] = scene.lines();
  scene.writeLines([one, three, two, four]);
  deepStrictEqual((await firstBad(scene))?.slice(0, 2), [2, 2]);
  scene.writeLines([one, two, two, three, four]);
  deepStrictEqual((await firstBad(scene))?.slice(0, 2), [3, 3]);
  using other = new AuditScene();
  await other.fill(3);
  scene.writeLines([one, two, other.lines()[2] ?? "", four]);
  deepStrictEqual(await firstBad(scene), [3, 3, "it is of another log"]);
  scene.writeLines([one, two, "", three, four]);
  deepStrictEqual(await firstBad(scene), [3, 3, "the line is empty"]);
  scene.writeLines([one, two, "something else", three, four]);
  deepStrictEqual((await firstBad(scene))?.slice(0, 2), [3, 3]);
});

Deno.test("verifyLog() notices a log that was written anew, unless the head record was too", async () => {
  using scene = new AuditScene();
  await scene.fill(3);
  const head = Deno.readFileSync(scene.place.head);
  Deno.removeSync(scene.place.file);
  Deno.removeSync(scene.place.head);
  await scene.fill(3);
  const forged = await verifyLog(scene.place);
  // whoever is root can write both: only a point that was kept elsewhere shows it
  strictEqual(forged.bad, null);
  const kept = JSON.parse(new TextDecoder().decode(head));
  const anchors = [{ sequence: kept.sequence, hash: kept.hash }];
  strictEqual((await verifyLog(scene.place, { anchors })).bad?.sequence, 3);
  Deno.writeFileSync(scene.place.head, head);
  strictEqual((await verifyLog(scene.place)).bad?.sequence, 3);
});

Deno.test("verifyLog() says when there is no head record to hold the end against", async () => {
  using scene = new AuditScene();
  await scene.fill(3);
  Deno.removeSync(scene.place.head);
  const absent = await verifyLog(scene.place);
  match(absent.notes.join(), /the head record is absent/);
  Deno.writeTextFileSync(scene.place.head, "{}");
  match((await verifyLog(scene.place)).notes.join(), /the head record is unreadable/);
});

Deno.test("verifyLog() follows the chain through full files, and misses each of them", async () => {
  using scene = new AuditScene(1000);
  await scene.fill(9);
  const { files, entries, bad, last } = await verifyLog(scene.place);
  strictEqual(bad, null);
  strictEqual(entries, 9);
  ok(files.length > 3, `${files}`);
  for (const file of files) {
    const bytes = Deno.readFileSync(file);
    Deno.removeSync(file);
    notStrictEqual((await verifyLog(scene.place)).bad, null, `${file} is not missed`);
    Deno.writeFileSync(file, bytes);
  }
  strictEqual((await verifyLog(scene.place)).bad, null);

  // older files may be kept elsewhere, with the point that they ended at
  const [oldest = ""] = files;
  const end = Deno.readTextFileSync(oldest).trimEnd().split("\n").at(-1) ?? "";
  const { sequence, hash } = JSON.parse(end);
  Deno.removeSync(oldest);
  const rest = await verifyLog(scene.place, { anchors: [{ sequence, hash }] });
  strictEqual(rest.bad, null);
  strictEqual(rest.last?.hash, last?.hash);
  const wrong = [{ sequence, hash: "0".repeat(64) }];
  strictEqual((await verifyLog(scene.place, { anchors: wrong })).bad?.sequence, sequence + 1);
});

Deno.test("verifyLog() and readEntries() say which log cannot be read", async () => {
  using scene = new AuditScene();
  // a folder in its place: root may read any file
  Deno.mkdirSync(scene.place.file, { recursive: true });
  for (const read of [() => verifyLog(scene.place), () => readEntries(scene.place)]) {
    await rejects(read, (error) => {
      ok(error instanceof BpfmanError);
      strictEqual(error.code, "audit-unreadable");
      strictEqual(error.message, `Cannot read the audit log "${scene.place.file}"`);
      return true;
    });
  }
});
