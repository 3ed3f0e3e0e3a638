/**
 * `trust show` and `trust update` as processes; and that verification, whatever became of updates, asks
 * no network at all.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { denoPermissionSet } from "../../cli/deno_permissions.ts";
import { PERMISSION_SETS } from "../../cli/permissions.ts";
import { TemporaryFolder } from "../registry/support/temporary.ts";
import { BUILDER, bundleArgs, K2, layout, path, ROOT, run, VECTORS } from "./cli_process.ts";
import { TufRepository } from "./tuf_repository.ts";

const MOCK_ROOT = Deno.readTextFileSync(path("mock-instance/trusted_root.json"));
const OFFLINE = ["-A", "--deny-net"];

function flagsOf(name: "trust-show" | "trust-update", dataDirectory: string): string[] {
  const places = { runtimeDirectory: "/run/bpfman", dataDirectory, sources: ROOT.pathname };
  return Object.entries(denoPermissionSet(PERMISSION_SETS[name], places))
    .map(([kind, value]) => value === true ? `--allow-${kind}` : `--allow-${kind}=${value}`);
}

function showJson(data: string) {
  return run(["trust", "show", "--data-dir", data, "-o", "json"], flagsOf("trust-show", data));
}

Deno.test("trust update brings a root that verification uses, with no more than its set", async () => {
  await using repository = new TufRepository();
  using folder = new TemporaryFolder();
  const data = folder.path;
  const place = ["--data-dir", data];
  repository.publish({ version: 1, trustedRoot: MOCK_ROOT });
  const verify = ["image", "verify", layout("keyless-v3"), ...BUILDER, ...place];
  strictEqual((await run(verify, OFFLINE)).code, 4);
  Deno.writeTextFileSync(`${data}/root.json`, repository.root());
  const words = ["trust", "update", "--mirror", repository.url, ...place];
  const first = [...words, "--root", `${data}/root.json`];
  const updated = await run(first, flagsOf("trust-update", data));
  strictEqual(updated.code, 0, updated.stderr);
  strictEqual(updated.stdout, `updated: trusted root of ${repository.url}\n`);
  const verified = await run(verify, OFFLINE);
  strictEqual(verified.code, 0, verified.stdout + verified.stderr);
  strictEqual(verified.stderr, "");
  const again = await run([...words, "-o", "json"], flagsOf("trust-update", data));
  const { mirror, changed } = JSON.parse(again.stdout);
  deepStrictEqual([mirror, changed], [repository.url, false]);
  const shown = await showJson(data);
  const { origin, file, age_days: age } = JSON.parse(shown.stdout);
  deepStrictEqual([origin, file], ["update", `${data}/trust/trusted_root.json`]);
  strictEqual(age, 0);
});

Deno.test("verification works while the mirror is down or serves garbage", async () => {
  await using repository = new TufRepository();
  using folder = new TemporaryFolder();
  const data = folder.path;
  const place = ["--data-dir", data];
  repository.publish({ version: 1, trustedRoot: MOCK_ROOT });
  Deno.writeTextFileSync(`${data}/root.json`, repository.root());
  const words = ["trust", "update", "--mirror", repository.url, ...place];
  strictEqual((await run([...words, "--root", `${data}/root.json`])).code, 0);
  const faults = [
    [() => new Response("<html>"), 4, /Cannot trust what/],
    [() => new Response(null, { status: 500 }), 7, /Cannot update the trusted root/],
  ] as const;
  for (const [fault, code, says] of faults) {
    repository.fault = fault;
    const failed = await run(words);
    strictEqual(failed.code, code, failed.stderr);
    match(failed.stderr, says);
    const verify = ["image", "verify", layout("keyless-v3"), ...BUILDER, ...place];
    const verified = await run(verify, OFFLINE);
    strictEqual(verified.code, 0, verified.stdout + verified.stderr);
  }
});

Deno.test("what is local is verified without a network: images by key, bundles by both roots", async () => {
  using folder = new TemporaryFolder();
  const place = ["--data-dir", folder.path];
  const byKey = await run(["image", "verify", layout("key-v2"), ...K2, ...place], OFFLINE);
  strictEqual(byKey.code, 0, byKey.stderr);
  for (const vector of ["happy-path-v0.3", "managed-key-happy-path", "rekor2-happy-path"]) {
    const words = bundleArgs(vector, `${VECTORS}/a.txt`);
    const answer = await run([...words, ...place], OFFLINE);
    strictEqual(answer.code, 0, `${vector}: ${answer.stderr}`);
  }
  const shown = await run(["trust", "show", ...place], OFFLINE);
  strictEqual(shown.code, 0, shown.stderr);
  match(
    shown.stdout,
    /^origin: built into this version\nmirror: .*\ndate: {3}2026-11-22 \(\d+ days? old\)\n/,
  );
  match(shown.stdout, /transparency-log +https:\/\/rekor\.sigstore\.dev +2021-01-12 +now/);
});

Deno.test("a damaged root is told, and a named one takes its place", async () => {
  using folder = new TemporaryFolder();
  const data = folder.path;
  Deno.mkdirSync(`${data}/trust`);
  Deno.writeTextFileSync(`${data}/trust/trusted_root.json`, "{");
  const shown = await showJson(data);
  strictEqual(shown.code, 4, shown.stdout);
  match(shown.stderr, /Cannot trust the root/);
  const named = ["--trusted-root", path("mock-instance/trusted_root.json"), "--data-dir", data];
  const verified = await run(["image", "verify", layout("keyless-v3"), ...BUILDER, ...named]);
  strictEqual(verified.code, 0, verified.stdout + verified.stderr);
});
