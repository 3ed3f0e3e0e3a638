/**
 * A machine of its own on which the examples of help are run as they stand: an empty /run, two
 * interfaces, a namespace, and a folder with the files that the examples name.
 *
 * @module
 */
import { generateKeyPairSync } from "node:crypto";
import { readSnapshot } from "../../core/store/snapshot.ts";
import type { StoreState } from "../../core/store/state.ts";
import { fixture, ROOT } from "./cli.ts";
import { type CommandResult, Sandbox } from "./sandbox.ts";

/** What examples call the one object that they are about. */
const OBJECTS = [
  ...["counter", "app", "malloc", "reader", "trace", "old", "el"].map((name) => `${name}.bpf.o`),
] as const;

const SETUP = [
  "mount -t tmpfs tmpfs /etc/systemd",
  "mkdir /etc/systemd/system",
  "ip link add eth0 type veth peer name eth1",
  "ip link set eth0 up",
  "ip netns add blue",
  "ip -n blue link add eth0 type veth peer name eth1",
].join(" && ");

/** A policy: files of this machine are let in. */
const DRAFT = '{ "scopes": { "file:": { "action": "accept" } } }\n';

/** Images are let in unsigned, as on a machine without a policy of its own. */
const CONFIG = "[signing]\nallow_unsigned = true\n";

function manifest(path: string, priority: number): string {
  const link = { interfaceSelector: { interfaces: ["eth0"] }, priority };
  const programs = [{ name: "count_all", type: "XDP", xdp: { links: [link] } }];
  return JSON.stringify({
    apiVersion: "bpfman.io/v1alpha1",
    kind: "ClusterBpfApplication",
    metadata: { name: "shop" },
    spec: { nodeSelector: {}, byteCode: { path: `${path}/app.bpf.o` }, programs },
  });
}

function writeKeys(path: string): void {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const secret = privateKey.export({ format: "pem", type: "pkcs8" });
  Deno.writeTextFileSync(`${path}/cosign.key`, String(secret), { mode: 0o600 });
  const open = publicKey.export({ format: "pem", type: "spki" });
  Deno.writeTextFileSync(`${path}/cosign.pub`, String(open));
}

/** The files that examples name. */
function writeFiles(path: string): void {
  for (const name of OBJECTS) Deno.copyFileSync(fixture("help_examples"), `${path}/${name}`);
  Deno.copyFileSync(fixture("many"), `${path}/new.bpf.o`);
  writeKeys(path);
  Deno.writeTextFileSync(`${path}/draft.json`, DRAFT);
  Deno.writeTextFileSync(`${path}/bpfman.toml`, CONFIG);
  for (const folder of ["apps", "manifests"]) Deno.mkdirSync(`${path}/${folder}`);
  const old = Deno.readTextFileSync(`${ROOT}tests/fixtures/manifests/old/v04.yaml`);
  for (const name of ["old.yaml", "manifests/old.yaml"]) {
    Deno.writeTextFileSync(`${path}/${name}`, old);
  }
  for (const name of ["app.yaml", "apps/app.yaml"]) {
    Deno.writeTextFileSync(`${path}/${name}`, manifest(path, 50));
  }
}

/** The machine. */
export class HelpScene implements AsyncDisposable {
  /** Folder that the examples are run in. */
  readonly path: string;
  readonly #sandbox: Sandbox;

  private constructor(path: string, sandbox: Sandbox) {
    this.path = path;
    this.#sandbox = sandbox;
  }

  /** Makes it (root). */
  static async make(): Promise<HelpScene> {
    const path = Deno.makeTempDirSync({ prefix: "bpfman-help-" });
    Deno.chmodSync(path, 0o755);
    writeFiles(path);
    const sandbox = await Sandbox.create();
    const scene = new HelpScene(path, sandbox);
    const { code, stderr } = await sandbox.run(["sh", "-ec", SETUP]);
    if (code !== 0) throw new Error(`Cannot set the machine up: ${stderr}`);
    return scene;
  }

  /** Runs a command line of the tool. */
  async run(line: string): Promise<CommandResult> {
    const [, ...words] = line.split(" ");
    const { path } = this;
    // the folder as the sandbox sees it: that of this process has no path in there
    const inside = ["sh", "-c", 'cd "$0" && exec "$@"', path];
    return await this.#sandbox.run(
      [...inside, Deno.execPath(), "run", "-q", "-A", `${ROOT}cli/main.ts`, ...words],
      { env: { BPFMAN_DATA_DIR: `${path}/data`, BPFMAN_CONFIG: `${path}/bpfman.toml` } },
    );
  }

  /** Writes the manifest of the application with another priority. */
  changeManifest(priority: number): void {
    Deno.writeTextFileSync(`${this.path}/app.yaml`, manifest(this.path, priority));
  }

  async #ask(...words: readonly string[]): Promise<string> {
    return (await this.#sandbox.run(words)).stdout.trim();
  }

  /** Programs and links that there are. */
  async state(): Promise<StoreState> {
    const copy = `${this.path}/state.json`;
    Deno.writeTextFileSync(copy, await this.#ask("cat", "/run/bpfman/db/state.json"));
    return readSnapshot(copy);
  }

  /** Number of the network namespace. */
  namespace(): Promise<string> {
    return this.#ask("stat", "--dereference", "--format=%i", "/proc/self/ns/net");
  }

  /** Number of an interface. */
  async interfaceIndex(name: string): Promise<string> {
    return (await this.#ask("ip", "-o", "link", "show", name)).split(":", 1)[0] ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // the bpffs goes with the namespace
    await this.#sandbox[Symbol.asyncDispose]();
    Deno.removeSync(this.path, { recursive: true });
  }
}
