import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { sampleIntent } from "../../tests/support/declared.ts";
import { linkRecord, programRecord, storeState } from "../../tests/support/records.ts";
import type { ApplyIntent } from "../declared/types.ts";
import { BpfmanError } from "../errors.ts";
import { openKvStore } from "./kv_store.ts";
import { acquireLock, isLockHeld } from "./lock.ts";
import { readSnapshot, refreshSnapshot, writeSnapshot } from "./snapshot.ts";
import { applyChange, EMPTY_STATE, isEmptyChange, linksOf, mapSetUsers } from "./state.ts";

/** A folder that vanishes with its files. */
function tempFolder(): { readonly path: string } & Disposable {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

const ONE = programRecord(1);
const TWO = programRecord(2, { mapOwnerId: 1 });
const LINK = linkRecord(1, 2);

Deno.test("applyChange() puts, replaces and deletes, and keeps the order of ids", () => {
  const state = applyChange(EMPTY_STATE, { putPrograms: [TWO, ONE], putLinks: [LINK] });
  deepStrictEqual([...state.programs.keys()], [1, 2]);
  const renamed = applyChange(state, { putPrograms: [{ ...ONE, name: "new" }], nextLinkId: 2 });
  strictEqual(renamed.programs.get(1)?.name, "new");
  strictEqual(renamed.nextLinkId, 2);
  const less = applyChange(renamed, { deletePrograms: [1], deleteLinks: [1, 99] });
  deepStrictEqual([[...less.programs.keys()], less.links.size], [[2], 0]);
  strictEqual(state.programs.get(1)?.name, ONE.name, "the given state has changed");
});

Deno.test("isEmptyChange() sees a change of the counter alone", () => {
  strictEqual(isEmptyChange({}), true);
  strictEqual(isEmptyChange({ putPrograms: [], deleteLinks: [] }), true);
  strictEqual(isEmptyChange({ nextLinkId: 2 }), false);
  strictEqual(isEmptyChange({ deleteLinks: [1] }), false);
});

Deno.test("linksOf() and mapSetUsers() find what belongs together", () => {
  const state = storeState([ONE, TWO], [LINK, linkRecord(2, 1)]);
  deepStrictEqual(linksOf(state, 2), [LINK]);
  deepStrictEqual(mapSetUsers(state, 1), [1, 2]);
  deepStrictEqual(mapSetUsers(state, 2), []);
});

Deno.test("a snapshot is read as it was written", () => {
  using folder = tempFolder();
  const path = `${folder.path}/state.json`;
  const state = storeState([ONE, TWO], [LINK]);
  writeSnapshot(path, state);
  deepStrictEqual(readSnapshot(path), state);
  deepStrictEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["state.json"]);
});

Deno.test("readSnapshot() takes a missing file as the empty state", () => {
  using folder = tempFolder();
  deepStrictEqual(readSnapshot(`${folder.path}/none.json`), EMPTY_STATE);
});

Deno.test("readSnapshot() refuses what it cannot read, and names the file", () => {
  using folder = tempFolder();
  const path = `${folder.path}/state.json`;
  Deno.writeTextFileSync(path, "{half");
  throws(() => readSnapshot(path), /Cannot read the state in ".*state\.json": it is not JSON/);
  Deno.writeTextFileSync(path, '{"version": 2}');
  throws(() => readSnapshot(path), /its version is 2, this program reads version 1/);
});

Deno.test("refreshSnapshot() mends a stale, a damaged and a missing file", () => {
  using folder = tempFolder();
  const path = `${folder.path}/state.json`;
  const state = storeState([ONE]);
  for (const text of ["{half", "", JSON.stringify({ version: 1, programs: [], links: [] })]) {
    Deno.writeTextFileSync(path, text);
    refreshSnapshot(path, state);
    deepStrictEqual(readSnapshot(path), state);
  }
  Deno.removeSync(path);
  refreshSnapshot(path, state);
  deepStrictEqual(readSnapshot(path), state);
});

Deno.test("refreshSnapshot() writes nothing when there is nothing to mend", () => {
  using folder = tempFolder();
  const path = `${folder.path}/state.json`;
  refreshSnapshot(path, EMPTY_STATE);
  deepStrictEqual([...Deno.readDirSync(folder.path)], []);
  writeSnapshot(path, storeState([ONE]));
  const before = Deno.statSync(path).ino;
  refreshSnapshot(path, storeState([ONE]));
  strictEqual(Deno.statSync(path).ino, before, "replaced");
});

Deno.test("a store remembers, in the database and in the readers' file", async () => {
  using folder = tempFolder();
  const [path, snapshot] = [`${folder.path}/store.kv`, `${folder.path}/state.json`];
  {
    using store = await openKvStore({ path, snapshotPath: snapshot });
    deepStrictEqual(store.state, EMPTY_STATE);
    await store.commit({ putPrograms: [ONE, TWO], putLinks: [LINK], nextLinkId: 2 });
    await store.commit({ deletePrograms: [1] });
  }
  using again = await openKvStore({ path, snapshotPath: snapshot });
  const wanted = {
    programs: new Map([[2, TWO]]),
    links: new Map([[1, LINK]]),
    hooks: new Map(),
    nextLinkId: 2,
  };
  deepStrictEqual(again.state, wanted);
  deepStrictEqual(readSnapshot(snapshot), wanted);
});

Deno.test("a store mends the readers' file when it is opened", async () => {
  using folder = tempFolder();
  const [path, snapshot] = [`${folder.path}/store.kv`, `${folder.path}/state.json`];
  {
    using store = await openKvStore({ path, snapshotPath: snapshot });
    await store.commit({ putPrograms: [ONE] });
  }
  writeSnapshot(snapshot, EMPTY_STATE);
  using again = await openKvStore({ path, snapshotPath: snapshot });
  deepStrictEqual(readSnapshot(snapshot), again.state);
});

Deno.test("a new database takes over what the readers' file remembers", async () => {
  using folder = tempFolder();
  const [path, snapshot] = [`${folder.path}/store.kv`, `${folder.path}/state.json`];
  const state = storeState([ONE, TWO], [LINK]);
  writeSnapshot(snapshot, state);
  {
    using store = await openKvStore({ path, snapshotPath: snapshot });
    deepStrictEqual(store.state, state);
  }
  writeSnapshot(snapshot, EMPTY_STATE);
  using again = await openKvStore({ path, snapshotPath: snapshot });
  deepStrictEqual(again.state, state, "what was taken over is in the database");
});

Deno.test("a new database beside a damaged readers' file begins empty", async () => {
  using folder = tempFolder();
  const [path, snapshot] = [`${folder.path}/store.kv`, `${folder.path}/state.json`];
  Deno.writeTextFileSync(snapshot, "{half");
  using store = await openKvStore({ path, snapshotPath: snapshot });
  deepStrictEqual(store.state, EMPTY_STATE);
});

Deno.test("a store refuses a newer version and a damaged file", async () => {
  using folder = tempFolder();
  const [path, snapshot] = [`${folder.path}/store.kv`, `${folder.path}/state.json`];
  {
    using kv = await Deno.openKv(path);
    await kv.set(["meta", "version"], 2);
  }
  await rejects(
    openKvStore({ path, snapshotPath: snapshot }),
    /its version is 2, this program reads version 1/,
  );
  const damaged = `${folder.path}/damaged.kv`;
  Deno.writeTextFileSync(damaged, "no database".repeat(1000));
  await rejects(
    openKvStore({ path: damaged, snapshotPath: snapshot }),
    /Cannot use the database ".*damaged\.kv"/,
  );
});

Deno.test("a store keeps hundreds of rows", async () => {
  using folder = tempFolder();
  const [path, snapshot] = [`${folder.path}/store.kv`, `${folder.path}/state.json`];
  const programs = Array.from({ length: 700 }, (_, index) => programRecord(index + 1));
  {
    using store = await openKvStore({ path, snapshotPath: snapshot });
    await store.commit({ putPrograms: programs });
  }
  using again = await openKvStore({ path, snapshotPath: snapshot });
  deepStrictEqual([...again.state.programs.values()], programs);
});

Deno.test("acquireLock() lets one in at a time, in the end all", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/.lock`;
  let inside = 0;
  let done = 0;
  await Promise.all(Array.from({ length: 5 }, async () => {
    using _lock = await acquireLock(path, 300_000);
    strictEqual(++inside, 1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inside--;
    done++;
  }));
  strictEqual(done, 5);
  strictEqual((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
});

Deno.test("acquireLock() gives up after its time and names lock and time", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/.lock`;
  using _lock = await acquireLock(path, 1000);
  const started = performance.now();
  await rejects(acquireLock(path, 50), (error: Error) => {
    match(error.message, /Timed out waiting for lock ".*\.lock" after 0\.05 s/);
    return true;
  });
  // the two clocks count parts of milliseconds in their own ways
  ok(performance.now() - started >= 40);
});

Deno.test("acquireLock() waits for ever when its time is 0", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/.lock`;
  const first = await acquireLock(path, 1000);
  const second = acquireLock(path, 0);
  await new Promise((resolve) => setTimeout(resolve, 150));
  first[Symbol.dispose]();
  (await second)[Symbol.dispose]();
});

Deno.test("isLockHeld() sees a holder and takes nothing itself", async () => {
  using folder = tempFolder();
  const path = `${folder.path}/.lock`;
  strictEqual(isLockHeld(path), false, "there is no file");
  {
    using _lock = await acquireLock(path, 1000);
    strictEqual(isLockHeld(path), true);
  }
  strictEqual(isLockHeld(path), false);
  (await acquireLock(path, 10))[Symbol.dispose]();
});

/** The journal of an apply with so many links. */
function journal(links: number): ApplyIntent {
  const before = Array.from({ length: links }, (_, at) => linkRecord(at + 1, 1));
  return sampleIntent({ replaced: 1, before, after: before });
}

Deno.test("a store keeps the journal of an apply, however long, until it is done", async () => {
  using folder = tempFolder();
  const place = { path: `${folder.path}/store.kv`, snapshotPath: `${folder.path}/state.json` };
  const reopened = async (): Promise<ApplyIntent | undefined> => {
    using store = await openKvStore(place);
    deepStrictEqual(readSnapshot(place.snapshotPath).apply, store.state.apply);
    return store.state.apply;
  };
  for (const intent of [journal(1), journal(400), journal(3)]) {
    {
      using store = await openKvStore(place);
      await store.commit({ apply: intent });
      await store.commit({ putPrograms: [ONE] });
      deepStrictEqual(store.state.apply, intent);
    }
    deepStrictEqual(await reopened(), intent);
  }
  {
    using store = await openKvStore(place);
    await store.commit({ apply: null });
    strictEqual("apply" in store.state, false);
  }
  strictEqual(await reopened(), undefined);
});

Deno.test("a store refuses a journal that it cannot keep, and stays as it was", async () => {
  using folder = tempFolder();
  const place = { path: `${folder.path}/store.kv`, snapshotPath: `${folder.path}/state.json` };
  using store = await openKvStore(place);
  await store.commit({ putPrograms: [ONE] });
  await rejects(
    store.commit({ apply: journal(4000) }),
    (error) => error instanceof BpfmanError && error.code === "store-failed",
  );
  strictEqual(store.state.apply, undefined);
  await store.commit({ apply: journal(2) });
});

Deno.test("a new database takes the journal of an apply over as well", async () => {
  using folder = tempFolder();
  const place = { path: `${folder.path}/store.kv`, snapshotPath: `${folder.path}/state.json` };
  const intent = journal(2);
  writeSnapshot(place.snapshotPath, applyChange(EMPTY_STATE, { apply: intent }));
  {
    using store = await openKvStore(place);
    deepStrictEqual(store.state.apply, intent);
  }
  writeSnapshot(place.snapshotPath, EMPTY_STATE);
  using again = await openKvStore(place);
  deepStrictEqual(again.state.apply, intent, "what was taken over is in the database");
});
