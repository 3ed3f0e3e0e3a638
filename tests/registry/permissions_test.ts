/**
 * Each command on images runs with its own permission set and no other rights.
 *
 * @module
 */
import { equal, match } from "node:assert/strict";
import { permissionFlags } from "../../cli/deno_permissions.ts";
import {
  PERMISSION_SETS,
  type PermissionSet,
  type PermissionSetName,
} from "../../cli/permissions.ts";
import { fixture, ROOT } from "../support/cli.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";
import { OwnRegistry } from "./support/own_registry.ts";
import { TemporaryFolder } from "./support/temporary.ts";

const OBJECT = fixture("xdp_pass");

/** Places of one test. */
interface Places {
  readonly data: string;
  readonly runtime: string;
}

/** Runs the tool with exactly the flags of a set. */
async function run(set: PermissionSet, places: Places, words: readonly string[]) {
  const flags = permissionFlags(set, {
    runtimeDirectory: places.runtime,
    dataDirectory: places.data,
    sources: ROOT.replace(/\/$/, ""),
  });
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", ...flags, `${ROOT}cli/main.ts`, ...words],
    env: {
      NO_COLOR: "1",
      BPFMAN_DATA_DIR: places.data,
      BPFMAN_RUNTIME_DIR: places.runtime,
      SOURCE_DATE_EPOCH: "",
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("every command on images works with its permission set", async () => {
  using folder = new TemporaryFolder();
  await using registry = OwnRegistry.start();
  const places = { data: `${folder.path}/data`, runtime: `${folder.path}/run` };
  const name = `${registry.host}/net/pass:v1`;
  const other = `${registry.host}/net/pass:v2`;
  const archive = `${folder.path}/images.tar`;
  const lines: readonly (readonly [PermissionSetName, ...string[]])[] = [
    ["inspect", "image", "generate-build-args", OBJECT],
    ["image-copy", "image", "build", name, OBJECT, "--push"],
    ["image-copy", "image", "push", name, other],
    ["image-copy", "image", "copy", name, `oci:${folder.path}/layout:v1`],
    ["image-pull", "image", "pull", other],
    ["image-pull", "image", "diff", name, other],
    ["image-inspect", "image", "inspect", other, "-p", "Always"],
    ["image-list", "image", "list", "-o", "json"],
    ["image-change", "image", "tag", name, `${registry.host}/net/pass:v3`],
    ["image-save", "image", "save", name, "-o", archive],
    ["image-change", "image", "remove", name],
    ["image-change", "image", "prune", "--all"],
    ["image-load", "image", "load", archive],
    ["inspect", "inspect", name],
  ];
  for (const [set, ...words] of lines) {
    const { code, stderr } = await run(PERMISSION_SETS[set], places, words);
    equal(code, 0, `${words.join(" ")} with ${set}: ${stderr}`);
  }
});

Deno.test("a pull without network, and a change without the right to write, are denied", async () => {
  using folder = new TemporaryFolder();
  await using registry = OwnRegistry.start();
  const places = { data: `${folder.path}/data`, runtime: `${folder.path}/run` };
  const name = `${registry.host}/net/pass:v1`;
  const { net: _net, ...offline } = PERMISSION_SETS["image-copy"];
  const pushed = await run(offline, places, ["image", "build", name, OBJECT, "--push"]);
  equal(pushed.code, 1, pushed.stderr);
  match(pushed.stderr, /Requires net access/);
  equal(registry.requests.length, 0);
  const removed = await run(PERMISSION_SETS["image-list"], places, ["image", "remove", name]);
  equal(removed.code, 1, removed.stderr);
  match(removed.stderr, /Requires write access/);
});

kernelTest("load image works with its permission set", ["root", "bpffs"], async () => {
  await using workspace = await Workspace.make();
  using folder = new TemporaryFolder();
  await using registry = OwnRegistry.start();
  const places = { data: `${folder.path}/data`, runtime: workspace.path };
  const name = `${registry.host}/net/pass:v1`;
  const build = ["image", "build", name, OBJECT, "--push", "-o", "json"];
  const built = await run(PERMISSION_SETS["image-copy"], places, build);
  equal(built.code, 0, built.stderr);
  const clean = { ...places, data: `${folder.path}/clean` };
  const exception = ["--allow-unsigned", JSON.parse(built.stdout).digest];
  const load = ["load", "image", name, "--programs", "xdp:xdp_pass", ...exception, "-o", "json"];
  const { code, stdout, stderr } = await run(PERMISSION_SETS["load-image"], clean, load);
  equal(code, 0, stderr);
  const { programs: [{ record }] } = JSON.parse(stdout);
  equal(record.load.image_source.url, name);
  const unload = ["unload", String(record.program_id)];
  equal((await run(PERMISSION_SETS["unload"], clean, unload)).code, 0);
});
