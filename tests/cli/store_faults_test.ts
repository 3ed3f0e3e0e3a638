import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { must, mustRun } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { StateScene } from "../support/state_scene.ts";

const NEEDS = ["root", "bpffs", "command:bpftool", "tracefs"] as const;

function database({ workspace }: StateScene): string {
  return `${workspace.path}/db/store.kv`;
}

/** A change must be refused with a code and a command that helps; readers must not care. */
async function checkRefused(scene: StateScene, code: string, hint: RegExp): Promise<void> {
  const refused = await scene.cli.run(["detach", "99", "--ignore-missing", "-o", "json"]);
  strictEqual(refused.code, 1, refused.stderr);
  const { error } = JSON.parse(refused.stderr);
  strictEqual(error.code, code, refused.stderr);
  match(error.hint, hint);
  const listed = await scene.cli.run(["list", "programs", "-q"]);
  strictEqual(listed.code, 0, listed.stderr);
  strictEqual(listed.stdout.split("\n").length, 2, listed.stdout);
}

/** Damages of a database, and whether the file alone tells. */
const DAMAGES: Readonly<Record<string, (path: string) => void>> = {
  "is no database": (path) => Deno.writeTextFileSync(path, "no database ".repeat(4000)),
  "is cut off": (path) => Deno.truncateSync(path, 5000),
  "has a first page of zeros": (path) => {
    const bytes = Deno.readFileSync(path);
    Deno.writeFileSync(path, bytes.fill(0, 100, 4096));
  },
};

for (const [what, damage] of Object.entries(DAMAGES)) {
  kernelTest(`a database that ${what} is told, kept aside and made anew`, NEEDS, async () => {
    await using scene = await StateScene.make();
    const { id, link } = await scene.loadAndAttach();
    damage(database(scene));
    await checkRefused(scene, "store-corrupt", /repair --rebuild-store/);
    deepStrictEqual(await scene.codes(), ["database-corrupt"]);
    strictEqual((await scene.cli.run(["repair"])).code, 1, "repaired without being asked to");

    const repaired = await scene.cli.run(["repair", "--rebuild-store", "-o", "json"]);
    strictEqual(repaired.code, 0, repaired.stderr);
    strictEqual(JSON.parse(repaired.stdout).steps[0].code, "database-corrupt");
    const kept = scene.workspace.names("db").filter((name) => /^store\.kv\.corrupt-2/.test(name));
    strictEqual(kept.length, 1);
    deepStrictEqual(await scene.codes(), []);
    await scene.cli.must(["detach", link]);
    await scene.cli.must(["unload", id]);
    deepStrictEqual(scene.workspace.litter(), []);
  });
}

kernelTest("a newer version of the rows is refused by writers and read past", NEEDS, async () => {
  await using scene = await StateScene.make();
  const { id } = await scene.loadAndAttach();
  const { path } = scene.workspace;
  {
    using kv = await Deno.openKv(database(scene));
    await kv.set(["meta", "version"], 2);
  }
  await checkRefused(scene, "state-version", /newer one/);
  for (const file of [`${path}/db/state.json`, `${path}/rows.json`]) {
    const state = JSON.parse(Deno.readTextFileSync(file));
    Deno.writeTextFileSync(file, JSON.stringify({ ...state, version: 2 }));
  }
  await checkRefused(scene, "state-version", /newer one/);
  deepStrictEqual(await scene.codes(), ["state-version"]);
  const repaired = await scene.cli.run(["repair", "--rebuild-store"]);
  strictEqual(repaired.code, 1, "what a newer version wrote was overwritten");
  match(repaired.stderr, /its version is 2/);
  ok(scene.workspace.names("fs").includes(`prog_${id}`));
});

kernelTest("garbled readers' files are told, read past and mended", NEEDS, async () => {
  await using scene = await StateScene.make();
  const { id, link } = await scene.loadAndAttach();
  const { path } = scene.workspace;
  const texts = [
    "",
    "{half",
    "null",
    "[]",
    '{"version":1}',
    '{"version":1,"nextLinkId":2,' +
    '"programs":[null],"links":[],"hooks":[]}',
  ];
  for (const text of texts) {
    for (const file of [`${path}/db/state.json`, `${path}/rows.json`]) {
      Deno.writeTextFileSync(file, text);
    }
    ok((await scene.codes()).includes("snapshot-corrupt"), text);
    const listed = await scene.cli.run(["list", "programs", "-q"]);
    deepStrictEqual([listed.code, listed.stdout], [0, `${id}\n`], `${text}: ${listed.stderr}`);
    strictEqual((await scene.cli.run(["repair"])).code, 0);
    deepStrictEqual(await scene.codes(), [], text);
    strictEqual(await scene.cli.must(["list", "links", "-q"]), `${link}\n`);
  }
});

kernelTest(
  "rows of links and chains are made anew after the loss of the database",
  NEEDS,
  async () => {
    await using scene = await StateScene.make();
    await using wire = await Wire.make();
    const { cli } = scene;
    const running = await scene.loadAndAttach();
    const [loaded] = await cli.load("xdp_counter", "xdp:xdp_count");
    const id = must(loaded, "program").record.program_id;
    const { interface: name, netns } = wire.near;
    for (const priority of ["9", "3"]) {
      await cli.attach(id, "xdp", "--iface", name, "--netns", netns, "--priority", priority);
    }
    const before = await cli.json(["list", "links"]);
    const chains = await cli.json(["dispatcher", "list"]);

    Deno.removeSync(`${scene.workspace.path}/db`, { recursive: true });
    deepStrictEqual(await scene.codes(), ["database-missing", "snapshot-missing"]);
    const listed = await cli.run(["list", "links", "-o", "json"]);
    deepStrictEqual(JSON.parse(listed.stdout), before);
    await cli.must(["repair", "--rebuild-store"]);
    deepStrictEqual(await scene.codes(), []);
    deepStrictEqual(await cli.json(["list", "links"]), before);
    deepStrictEqual(await cli.json(["dispatcher", "list"]), chains);

    // an older database in the place of the new one: the copy knows what it does not
    const old = Deno.readFileSync(`${scene.workspace.path}/rows.json`);
    {
      using kv = await Deno.openKv(database(scene));
      for (const prefix of [["link"], ["hook"]]) {
        for await (const { key } of kv.list({ prefix })) await kv.delete(key);
      }
    }
    const snapshot = `${scene.workspace.path}/db/state.json`;
    const state = JSON.parse(Deno.readTextFileSync(snapshot));
    Deno.writeTextFileSync(snapshot, JSON.stringify({ ...state, links: [], hooks: [] }) + "\n");
    Deno.writeFileSync(`${scene.workspace.path}/rows.json`, old);
    deepStrictEqual(await scene.codes(), ["forgotten-chain", "orphan-pin"]);
    const repaired = await cli.json<{ recovered: { links: number[] } }>([
      ...["repair", "--rebuild-store"],
    ]);
    deepStrictEqual([...repaired.recovered.links].sort(), [1, 2, 3]);
    deepStrictEqual(await scene.codes(), []);
    deepStrictEqual(await cli.json(["list", "links"]), before);
    strictEqual(scene.isRunning(running), true);
    await cli.must(["unload", String(id), running.id]);
    deepStrictEqual(scene.workspace.litter(), []);
  },
);

/** A small file system over the runtime directory, for as long as it lives. */
async function mountSmall(path: string, pages: number): Promise<AsyncDisposable> {
  await mustRun("mount", ["-t", "tmpfs", "-o", `size=${pages * 4}k`, "tmpfs", path]);
  return {
    async [Symbol.asyncDispose]() {
      await mustRun("umount", ["-R", path]);
    },
  };
}

kernelTest("a full file system refuses changes, loses nothing and is overcome", NEEDS, async () => {
  await using scene = await StateScene.make();
  const { path } = scene.workspace;
  await using _small = await mountSmall(path, 256);
  const first = await scene.loadAndAttach();
  // every number of free pages from none: each stops a change at another place
  for (let free = 0; free < 40; free += 3) {
    const ballast = `${path}/ballast`;
    try {
      Deno.writeFileSync(ballast, new Uint8Array(4096 * 1024));
    } catch (error) {
      match(String(error), /No space left/);
    }
    Deno.truncateSync(ballast, Math.max(0, Deno.statSync(ballast).size - free * 4096));
    const place = ["tracepoint", "--tracepoint", "syscalls/sys_exit_openat", "-o", "json"];
    const tried = await scene.cli.run(["attach", first.id, ...place]);
    if (tried.code !== 0) {
      const { error } = JSON.parse(tried.stderr.slice(tried.stderr.indexOf("{")));
      ok(["store-full", "store-io"].includes(error.code), tried.stderr);
    }
    const listed = await scene.cli.run(["list", "programs", "-q"]);
    deepStrictEqual([listed.code, listed.stdout], [0, `${first.id}\n`], listed.stderr);
    await scene.status();
    Deno.removeSync(ballast);

    strictEqual((await scene.cli.run(["repair"])).code, 0);
    deepStrictEqual(await scene.codes(), [], `with ${free} free pages`);
    const { links } = await scene.cli.json<{ links: { id: number }[] }>(["list", "links"]);
    for (const { id } of links) {
      if (String(id) !== first.link) await scene.cli.must(["detach", String(id)]);
    }
    strictEqual(scene.isRunning(first), true);
  }
  await scene.cli.must(["unload", first.id]);
  deepStrictEqual(scene.workspace.litter(), []);
});

kernelTest("a read-only file system refuses changes and is read", NEEDS, async () => {
  await using scene = await StateScene.make();
  const { path } = scene.workspace;
  await using _small = await mountSmall(path, 1024);
  const { id, link } = await scene.loadAndAttach();
  await mustRun("mount", ["-o", "remount,ro", path]);
  const refused = await scene.cli.run(["detach", link, "-o", "json"]);
  strictEqual(refused.code, 1);
  // the audit log is on that file system as well
  const [warning = "", ...said] = refused.stderr.split("\n");
  match(warning, /^bpfman: warning: .*audit/);
  const { error } = JSON.parse(said.join("\n"));
  strictEqual(error.code, "lock-unusable");
  match(error.hint, /writable/);
  strictEqual(await scene.cli.must(["list", "programs", "-q"]), `${id}\n`);
  deepStrictEqual(await scene.codes(), []);
  const recorded = await scene.cli.run(["status", "--record", "-o", "json"]);
  strictEqual(JSON.parse(recorded.stderr).error.code, "record-failed");
  await mustRun("mount", ["-o", "remount,rw", path]);
  await scene.cli.must(["unload", id]);
  deepStrictEqual(scene.workspace.litter(), []);
});
