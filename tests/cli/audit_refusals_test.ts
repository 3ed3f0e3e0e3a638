/**
 * What the audit log says of attempts that came to nothing, in whichever of the processes they ended.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { AuditEntry } from "../../core/audit/types.ts";
import { sha256Of } from "../../core/handover/digest.ts";
import { written } from "../support/audit_scene.ts";
import { Cli, fixture } from "../support/cli.ts";
import { must } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { SilentRegistry, startWaiting } from "../support/waiting_load.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs"] as const;
const PROGRAMS = ["--programs", "xdp:xdp_pass"];
const LOAD = ["load", "file", fixture("xdp_pass"), ...PROGRAMS];

/** The only entry of a log. */
async function onlyEntry(workspace: Workspace): Promise<AuditEntry> {
  const entries = await written(workspace);
  strictEqual(entries.length, 1, JSON.stringify(entries));
  return must(entries[0], "entry");
}

/** Runs a command that must fail in its own processes; gives its entry. */
async function entryOf(
  workspace: Workspace,
  words: readonly string[],
  [exitCode, error]: readonly [number, string],
): Promise<AuditEntry> {
  const { code, stderr } = await new Cli(workspace, "process").run(words);
  strictEqual(code, exitCode, stderr);
  const entry = await onlyEntry(workspace);
  strictEqual(entry.error, error);
  strictEqual(entry.result, exitCode === 4 ? "refused" : "failed");
  return entry;
}

/** Writes a policy beside a workspace's state. */
function writePolicy(workspace: Workspace, policy: unknown): string {
  const path = `${workspace.path}/policy.json`;
  Deno.writeTextFileSync(path, JSON.stringify(policy, null, 2));
  return path;
}

kernelTest("the audit log says what an unsigned image was, and which rule refused it", [
  ...NEEDS,
], async () => {
  await using workspace = await Workspace.make();
  const path = `${workspace.path}/layout`;
  const layout = `oci:${path}:v1`;
  await new Cli(workspace, "process").must(["image", "build", layout, fixture("xdp_pass")]);
  const index = JSON.parse(Deno.readTextFileSync(`${path}/index.json`));
  const words = ["load", "image", layout, ...PROGRAMS];
  const entry = await entryOf(workspace, words, [4, "image-unsigned"]);
  const [{ digest }] = index.manifests;
  deepStrictEqual(entry.source, { kind: "layout", path, digest });
  deepStrictEqual([entry.object, entry.signer], [null, null]);
  const rule = must(entry.rule, "rule");
  deepStrictEqual([rule.allowed, rule.where], [false, "the built-in policy"]);
});

kernelTest("the audit log says which rule of a policy refused which object", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const scope = { action: "accept", programs: { types: ["tc"] } };
  const policy = writePolicy(workspace, { scopes: { "file:": scope } });
  const words = [...LOAD, "--policy", policy];
  const { source, object, rule } = await entryOf(workspace, words, [4, "policy-refused"]);
  deepStrictEqual(source, { kind: "file", path: fixture("xdp_pass") });
  strictEqual(object, await sha256Of(Deno.readFileSync(fixture("xdp_pass"))));
  const { allowed, path, where } = must(rule, "rule");
  strictEqual(allowed, false);
  match(path, /programs\.types/);
  match(where, /policy\.json:\d+$/);
});

kernelTest("the audit log has an attempt whose object is missing", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const name = `${workspace.path}/missing.o`;
  const words = ["load", "file", name, ...PROGRAMS];
  const { source } = await entryOf(workspace, words, [3, "file-not-found"]);
  deepStrictEqual(source, { kind: "file", path: name });
});

kernelTest("the audit log has an attempt whose front was killed", NEEDS, async () => {
  await using workspace = await Workspace.make();
  await using registry = new SilentRegistry();
  const { output, front } = await startWaiting(workspace, registry);
  Deno.kill(front, "SIGKILL");
  strictEqual((await output).code, 1);
  const { result, error, source } = await onlyEntry(workspace);
  deepStrictEqual([result, error], ["failed", "front-failed"]);
  deepStrictEqual(source, { kind: "named", name: registry.image });
});
