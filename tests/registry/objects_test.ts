/**
 * The commands on object files, given an image in a registry: they fetch it where they may, as the
 * pull policy says, and need no network for what the store has.
 *
 * @module
 */
import { equal, match, notEqual, ok } from "node:assert/strict";
import { permissionFlags } from "../../cli/deno_permissions.ts";
import { PERMISSION_SETS, type PermissionSetName } from "../../cli/permissions.ts";
import { fixture, ROOT } from "../support/cli.ts";
import { Client } from "./support/client.ts";
import { OwnRegistry, type OwnRegistryOptions } from "./support/own_registry.ts";
import { TemporaryFolder } from "./support/temporary.ts";

const AUTH = btoa("bob:secret");

/** A registry with an image of one object, and a store that lacks it. */
class Scene implements AsyncDisposable {
  readonly registry: OwnRegistry;
  readonly folder = new TemporaryFolder();
  readonly name: string;

  private constructor(registry: OwnRegistry) {
    this.registry = registry;
    this.name = `${registry.host}/net/drop:v1`;
  }

  static async make(options: OwnRegistryOptions = {}): Promise<Scene> {
    const scene = new Scene(OwnRegistry.start(options));
    const credentials = { username: "bob", password: "secret" };
    using client = Client.open(options.basic === undefined ? {} : { credentials });
    const layout = `oci:${scene.folder.path}/layout:v1`;
    const bytes = Deno.readFileSync(fixture("xdp_drop"));
    await client.images.build({ name: layout, inputs: [{ path: "xdp_drop.bpf.o", bytes }] });
    await client.images.copy(layout, scene.name);
    scene.registry.requests.length = 0;
    return scene;
  }

  /** Runs a command with exactly the flags of a set. */
  async run(set: PermissionSetName, ...words: readonly string[]) {
    const data = `${this.folder.path}/data`;
    const flags = permissionFlags(PERMISSION_SETS[set], {
      runtimeDirectory: `${this.folder.path}/run`,
      dataDirectory: data,
      sources: ROOT.replace(/\/$/, ""),
    });
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "--no-prompt", ...flags, `${ROOT}cli/main.ts`, ...words],
      env: { NO_COLOR: "1", BPFMAN_DATA_DIR: data, BPFMAN_REGISTRY_AUTH: "" },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

Deno.test("inspect of an image fetches it once, and not at all without the right to", async () => {
  await using scene = await Scene.make();
  const { registry, name } = scene;
  const denied = await scene.run("inspect", "inspect", name);
  equal(denied.code, 1, denied.stderr);
  match(denied.stderr, /Cannot fetch ".*": .*Requires net access[^]*hint: .* -P=image-pull/);
  const never = await scene.run("image-pull", "inspect", name, "-p", "Never");
  equal(never.code, 3, never.stderr);
  match(never.stderr, /not in the store/);
  equal(registry.requests.length, 0);

  const fetched = await scene.run("image-pull", "inspect", name, "-o", "json");
  equal(fetched.code, 0, fetched.stderr);
  match(fetched.stdout, /"xdp_drop"/);
  const asked = registry.requests.length;
  notEqual(asked, 0);
  const stored = await scene.run("inspect", "inspect", name, "-o", "json");
  equal(stored.stdout, fetched.stdout, stored.stderr);
  equal(registry.requests.length, asked);
  const again = await scene.run("image-pull", "inspect", name, "-p", "Always");
  equal(again.code, 0, again.stderr);
  ok(registry.requests.length > asked);
});

Deno.test("every command on object files takes an image that the store has", async () => {
  await using scene = await Scene.make();
  const { registry, name } = scene;
  const btf = fixture("core_fields");
  const pulled = await scene.run("image-pull", "check", name, "--btf", btf);
  equal(pulled.code, 0, pulled.stderr);
  match(pulled.stdout, /^xdp_drop +xdp +loads$/m);
  const asked = registry.requests.length;
  const out = `${scene.folder.path}/min.btf`;
  const lines: readonly (readonly [set: PermissionSetName, code: number, ...string[]])[] = [
    ["check", 0, "check", name, "--btf", btf],
    ["inspect", 0, "validate", name],
    ["inspect", 0, "disasm", name, "xdp_drop"],
    ["inspect", 0, "types", name],
    ["check", 0, "diff", name, fixture("xdp_drop")],
    ["check", 1, "diff", name, fixture("xdp_pass")],
    ["btf-min", 0, "btf", "min", name, "--btf", btf, "-o", out],
  ];
  for (const [set, wanted, ...words] of lines) {
    const { code, stderr } = await scene.run(set, ...words);
    equal(code, wanted, `${words.join(" ")}: ${stderr}`);
  }
  equal(registry.requests.length, asked);
});

Deno.test("inspect of an image takes credentials and what the configuration says", async () => {
  await using scene = await Scene.make({ basic: "bob:secret" });
  const { name } = scene;
  const refused = await scene.run("image-pull", "inspect", name);
  match(refused.stderr, /Cannot|denied/);
  notEqual(refused.code, 0);
  const config = `${scene.folder.path}/bpfman.toml`;
  await Deno.writeTextFile(config, `[registries."${scene.registry.host}"]\ninsekure = true\n`);
  const words = ["inspect", name, "--registry-auth", AUTH, "--config", config];
  const { code, stdout, stderr } = await scene.run("image-pull", ...words);
  equal(code, 0, stderr);
  match(stdout, /xdp_drop/);
  match(stderr, /note: the configuration .* has the unknown key .*insekure/);
});
