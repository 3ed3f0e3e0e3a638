import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { PUBLIC_GOOD_ROOT, PUBLIC_GOOD_ROOT_DATE } from "../public_good_root.ts";
import { readRoot } from "../trust.ts";
import { ageInDays, ageWarning, currentRoot } from "./current.ts";
import { rootMembers } from "./describe.ts";
import { PUBLIC_GOOD_MIRROR } from "./public_good_tuf_root.ts";
import { writeStoredRoot } from "./stored.ts";

const OTHER_ROOT = `${PUBLIC_GOOD_ROOT}\n`;

function scene() {
  const directory = Deno.makeTempDirSync({ prefix: "bpfman-root-" });
  return { directory, [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }) };
}

async function originAfter(updatedAt: string, mirror: string | null): Promise<string> {
  using here = scene();
  writeStoredRoot(here.directory, { text: OTHER_ROOT, updatedAt: new Date(updatedAt), mirror });
  return (await currentRoot(here.directory)).origin;
}

Deno.test("currentRoot() is the embedded one without an update, dated", async () => {
  using here = scene();
  for (const directory of [undefined, here.directory, `${here.directory}/none`]) {
    const { origin, date, text, path } = await currentRoot(directory);
    const day = new Date(PUBLIC_GOOD_ROOT_DATE);
    deepStrictEqual([origin, date, text, path], ["embedded", day, PUBLIC_GOOD_ROOT, null]);
  }
});

Deno.test("currentRoot() takes an update that is newer, and another instance's in any case", async () => {
  strictEqual(await originAfter("2999-01-01T00:00:00Z", PUBLIC_GOOD_MIRROR), "update");
  // a newer version of the tool brings a newer root than an old update
  strictEqual(await originAfter("2020-01-01T00:00:00Z", PUBLIC_GOOD_MIRROR), "embedded");
  strictEqual(await originAfter("2020-01-01T00:00:00Z", "https://tuf.example.com"), "update");
});

Deno.test("currentRoot() takes the root of an update that was killed after its first file", async () => {
  using here = scene();
  const { directory } = here;
  const first = { text: PUBLIC_GOOD_ROOT, updatedAt: new Date("2199-01-01"), mirror: "https://a" };
  writeStoredRoot(directory, first);
  Deno.writeTextFileSync(`${directory}/trusted_root.json`, OTHER_ROOT);
  Deno.utimeSync(`${directory}/trusted_root.json`, 0, new Date("2099-01-01"));
  const { text, date, mirror } = await currentRoot(directory);
  deepStrictEqual([text, date, mirror], [OTHER_ROOT, new Date("2099-01-01"), null]);
});

Deno.test("currentRoot() never passes over a damaged root in silence", async () => {
  using here = scene();
  const updatedAt = new Date("2999-01-01");
  writeStoredRoot(here.directory, { text: "{", updatedAt, mirror: PUBLIC_GOOD_MIRROR });
  await rejects(currentRoot(here.directory), { code: "trusted-root-invalid" });
});

Deno.test("ageWarning() warns after half a year", () => {
  const date = new Date("2026-01-01T00:00:00Z");
  const at = (text: string) => new Date(text);
  strictEqual(ageInDays({ date }, at("2026-01-02T12:00:00Z")), 1);
  strictEqual(ageInDays({ date }, at("2020-01-01T00:00:00Z")), 0);
  const young = ageWarning({ date, origin: "embedded" }, at("2026-07-03T00:00:00Z"));
  strictEqual(young, undefined);
  const old = ageWarning({ date, origin: "embedded" }, at("2026-07-04T00:00:00Z"));
  match(old ?? "", /built into this version is 184 days old.*bpfman trust update/);
  const update = ageWarning({ date, origin: "update" }, at("2028-01-01T00:00:00Z"));
  match(update ?? "", /of the last update is 730 days old/);
});

Deno.test("rootMembers() names authorities and logs with their times", async () => {
  const members = rootMembers(await readRoot());
  strictEqual(members.length, 7);
  const rekor = members.find(({ name }) => name === "https://rekor.sigstore.dev");
  deepStrictEqual(rekor, {
    kind: "transparency-log",
    name: "https://rekor.sigstore.dev",
    start: new Date("2021-01-12T11:53:27Z"),
    end: null,
  });
  strictEqual(members.filter(({ end }) => end !== null).length, 2);
});
