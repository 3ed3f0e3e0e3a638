/**
 * The action for the pipelines of others (.github/actions/bytecode-image), step by step as a runner
 * takes them, and the same by hand as docs/pipelines.md shows it.
 *
 * @module
 */
import { deepStrictEqual, doesNotMatch, match, ok, strictEqual } from "node:assert/strict";
import { codeBlocks } from "../demo/console_blocks.ts";
import { fixture, ROOT } from "../support/cli.ts";
import { mustRun, runProgram, systemPath } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { type ActionResult, runAction } from "./support/composite_action.ts";
import { OwnRegistry } from "./support/own_registry.ts";
import { TemporaryFolder } from "./support/temporary.ts";

const PATH = ".github/actions/bytecode-image";
/** BTF without the functions and most types of a kernel. */
const SMALL_BTF = fixture("core_fields");
const TOOL = `${Deno.execPath()} run -q -A ${ROOT}mod.ts`;
const WORDS = {
  "github.server_url": "https://forge.example",
  "github.repository": "net/counter",
  "github.sha": "0123456789abcdef0123456789abcdef01234567",
  "github.token": "",
  "github.action_ref": "v1",
  "github.action_repository": "net/bpfman",
};

/** A registry, an empty folder, and a pair of keys. */
class Scene implements AsyncDisposable {
  readonly registry = OwnRegistry.start();
  readonly #folder = new TemporaryFolder();

  get folder(): string {
    return this.#folder.path;
  }

  get image(): string {
    return `${this.registry.host}/net/counter:v1`;
  }

  /** Text of a new private key; the public one is in `key.pub`. */
  async makeKey(): Promise<string> {
    const [key, pub] = [`${this.folder}/key.pem`, `${this.folder}/key.pub`];
    const curve = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    await mustRun("openssl", ["genpkey", ...curve, "-out", key]);
    await mustRun("openssl", ["pkey", "-in", key, "-pubout", "-out", pub]);
    return Deno.readTextFileSync(key);
  }

  /** Runs the action; uses in one `folder` are of one job. */
  run(
    { folder = Deno.makeTempDirSync({ dir: this.folder }), ...inputs }: Readonly<
      Record<string, string>
    >,
  ): Promise<ActionResult> {
    const all = { image: this.image, bpfman: TOOL, ...inputs };
    return runAction({ path: PATH, inputs: all, folder, words: WORDS });
  }

  /** What `image verify` says of the image in the registry, asked with an empty store. */
  async verify(name: string): Promise<{ readonly code: number; readonly stdout: string }> {
    const args = ["run", "-A", `${ROOT}mod.ts`, "image", "verify", name];
    return await runProgram(Deno.execPath(), [...args, "--key", `${this.folder}/key.pub`], {
      env: { BPFMAN_DATA_DIR: `${this.folder}/empty` },
    });
  }

  /** Requests that would put something into the registry. */
  writes(): number {
    return this.registry.requests.filter(({ method }) => method !== "GET" && method !== "HEAD")
      .length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.registry[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }
}

kernelTest(
  "bytecode-image action: builds, asks kernels, signs, sends, and reports",
  ["command:openssl"],
  async () => {
    await using scene = new Scene();
    const key = await scene.makeKey();
    const result = await scene.run({
      objects: `  ${fixture("xdp_drop")}\n\n`,
      build: "echo the objects are there",
      kernels: SMALL_BTF,
      "signing-key": key,
    });
    strictEqual(result.failed, null, result.log);
    deepStrictEqual(result.ran, [
      "Make the objects",
      "Validate",
      "Check against kernels",
      "Build and sign",
      "Push",
      "Report",
    ]);
    match(result.outputs.digest ?? "", /^sha256:[0-9a-f]{64}$/);
    strictEqual(result.outputs.reference, `${scene.image}@${result.outputs.digest}`);
    match(result.summary, /^## Structure$[^]*: valid: 0 errors[^]*^## Kernels$/m);
    match(result.summary, /^\| `xdp_drop` \| `xdp` \| loads \|$/m);
    match(result.summary, /^## Image$[^]*^built: /m);
    match(result.summary, /^## Registry$/m);
    const { code, stdout } = await scene.verify(result.outputs.reference ?? "");
    strictEqual(code, 0, stdout);
    ok(!result.log.includes("PRIVATE KEY"), "the key is in the log");
  },
);

kernelTest("bytecode-image action: the key is gone when it ends", ["command:openssl"], async () => {
  await using scene = new Scene();
  const key = await scene.makeKey();
  const result = await scene.run({
    objects: fixture("xdp_drop"),
    "signing-key": key,
    push: "false",
  });
  strictEqual(result.failed, null, result.log);
  const found = await mustRun("grep", ["-rlI", "PRIVATE KEY", scene.folder]);
  deepStrictEqual(found.trim(), `${scene.folder}/key.pem`);
});

Deno.test("bytecode-image action: what is no object ends it, and nothing is sent", async () => {
  await using scene = new Scene();
  const damaged = `${scene.folder}/damaged.bpf.o`;
  Deno.writeFileSync(damaged, Deno.readFileSync(fixture("xdp_drop")).slice(0, 900));
  const result = await scene.run({ objects: `${damaged}\n${fixture("xdp_drop")}` });
  strictEqual(result.failed, "Validate");
  deepStrictEqual(result.ran, ["Validate", "Report"]);
  // the report tells of both objects
  match(result.summary, /damaged\.bpf\.o[^]*xdp_drop\.bpf\.o: valid/);
  strictEqual(scene.writes(), 0);
});

Deno.test("bytecode-image action: a kernel that may refuse it ends it when that is asked for", async () => {
  await using scene = new Scene();
  const result = await scene.run({
    objects: fixture("fentry_counter"),
    kernels: SMALL_BTF,
    strict: "true",
  });
  strictEqual(result.failed, "Check against kernels");
  match(result.summary, /^\| `fentry_count` \|.*depends/m);
  strictEqual(scene.writes(), 0);
});

Deno.test("bytecode-image action: without a key the report says that it is not signed", async () => {
  await using scene = new Scene();
  const result = await scene.run({ objects: fixture("xdp_drop") });
  strictEqual(result.failed, null, result.log);
  match(result.summary, /\*\*the image is not signed\*\*/);
  match(result.summary, /No kernel was named/);
  ok(scene.writes() > 0);
});

Deno.test("bytecode-image action: without objects it ends, and says why", async () => {
  await using scene = new Scene();
  const result = await scene.run({ objects: " \n\n" });
  deepStrictEqual(result.ran, ["Validate", "Report"]);
  match(result.log, /^Input "objects" names no object$/m);
  match(result.summary, /^Input "objects" names no object$/m);
});

Deno.test("bytecode-image action: an image of no known digest is no result", async () => {
  await using scene = new Scene();
  const result = await scene.run({ objects: fixture("xdp_drop"), bpfman: "true" });
  strictEqual(result.failed, "Build and sign");
  match(result.log, /^bpfman told no digest of the image$/m);
  ok(!result.ran.includes("Push"));
});

Deno.test("bytecode-image action: a second use in a job knows nothing of the first", async () => {
  await using scene = new Scene();
  const folder = Deno.makeTempDirSync({ dir: scene.folder });
  const inputs = { push: "false", folder };
  const first = await scene.run({ ...inputs, objects: fixture("xdp_drop"), kernels: SMALL_BTF });
  strictEqual(first.failed, null, first.log);
  const kernels = `${scene.folder}/other_kernel`;
  Deno.copyFileSync(SMALL_BTF, kernels);
  const second = await scene.run({ ...inputs, objects: fixture("xdp_pass"), kernels });
  strictEqual(second.failed, null, second.log);
  match(second.summary, /^\| `xdp_pass` \| `xdp` \| loads \|$/m);
  doesNotMatch(second.summary, /xdp_drop|core_fields/);
});

kernelTest(
  "docs/pipelines.md: the lines do what the action does",
  ["command:openssl"],
  async () => {
    await using scene = new Scene();
    await scene.makeKey();
    const page = Deno.readTextFileSync(`${ROOT}docs/pipelines.md`);
    const [lines = "", ...others] = codeBlocks(page, "sh");
    deepStrictEqual(others, []);
    const script = lines.replaceAll("counter.bpf.o", fixture("xdp_drop"))
      .replaceAll("registry.example/net/counter:v1", scene.image)
      .replaceAll("kernels/*", SMALL_BTF)
      .replaceAll("signing.key", `${scene.folder}/key.pem`);
    const printed = await mustRun("bash", ["-c", `bpfman() { ${TOOL} "$@"; }\n${script}`], {
      cwd: scene.folder,
      env: { BPFMAN_DATA_DIR: `${scene.folder}/data`, PATH: systemPath(), NO_COLOR: "1" },
    });
    match(printed, /^built: /m);
    const report = Deno.readTextFileSync(`${scene.folder}/report.md`);
    match(report, /^\| `xdp_drop` \| `xdp` \| loads \|$/m);
    const { code, stdout } = await scene.verify(scene.image);
    strictEqual(code, 0, stdout);
  },
);

Deno.test("bytecode-image action: what it fetches is what releases have", () => {
  const fetch = Deno.readTextFileSync(`${ROOT}${PATH}/fetch.sh`);
  const release = Deno.readTextFileSync(`${ROOT}.github/workflows/release.yml`);
  const names = [...fetch.matchAll(/name=(bpfman-linux)-(\w+)/g)];
  deepStrictEqual(names.map(([, , target]) => target), ["x86_64", "aarch64"]);
  ok(release.includes("for target in x86_64 aarch64; do"));
  ok(release.includes('--out "dist/bpfman-linux-$target"'));
  for (const text of [fetch, release]) ok(text.includes("SHA256SUMS"));
});
