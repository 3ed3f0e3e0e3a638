import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { END_WORD, STAGE_WORD } from "../../../cli/single_file.ts";
import { kernelTest } from "../../support/requires.ts";
import { ROOT } from "../rings.ts";
import { assemble } from "./assemble.ts";
import { type SplitBundle, splitBundle } from "./bundle.ts";
import { DEFAULT_VARIABLE } from "./flags.ts";
import { runtimeFor } from "./runtime.ts";
import { DESCRIPTOR, joinFile } from "./single_file.ts";
import { STUBS } from "./stub_bytes.ts";

/** Where Debian keeps the libraries of arm64 for this machine. */
const LIBRARIES = "/usr/aarch64-linux-gnu";
const OBJECT = `${ROOT}tests/fixtures/cgroup_counter.bpf.o`;
const NEEDS = ["command:qemu-aarch64", `file:${LIBRARIES}/lib/libc.so.6`] as const;
/** An emulated processor on a busy machine. */
const LIMIT = 240_000;
/** Says what it was started with. */
const ECHO = `const state = (name) => Deno.permissions.querySync({ name }).state;
  const input = await new Response(Deno.stdin.readable).text();
  const permissions = [state("net"), state("read"), state("write")];
  const variables = Object.keys(Deno.env.toObject()).sort();
  const path = Deno.env.get("PATH");
  console.log(JSON.stringify({ args: Deno.args, input, permissions, variables, path }));
  Deno.exit(7);`;
const decoder = new TextDecoder();

/** How the file ended and what it said. */
interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run gets besides its arguments. */
interface RunOptions {
  readonly input?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A file for arm64, run by an emulated processor. */
class EmulatedFile implements AsyncDisposable {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async create(bundle: SplitBundle): Promise<EmulatedFile> {
    const directory = await Deno.makeTempDir({ prefix: "bpfman-arm64-" });
    using file = await Deno.create(`${directory}/bpfman`);
    for (const part of joinFile(await runtimeFor("aarch64"), bundle)) {
      for (let at = 0; at < part.length;) at += await file.write(part.subarray(at));
    }
    await Deno.chmod(`${directory}/bpfman`, 0o755);
    return new EmulatedFile(directory);
  }

  async run(
    args: readonly string[],
    { input = "", variables = {} }: RunOptions = {},
  ): Promise<Ending> {
    const child = new Deno.Command("/usr/bin/qemu-aarch64", {
      args: ["-L", LIBRARIES, `${this.#directory}/bpfman`, ...args],
      cwd: this.#directory,
      clearEnv: true,
      env: { NO_COLOR: "1", DENO_V8_FLAGS: "--unknown", HOME: this.#directory, ...variables },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(LIMIT),
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
    const { code, stdout, stderr } = await child.output();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }
}

kernelTest("the start-up code of arm64 is that of its source", ["command:clang-19"], async () => {
  strictEqual((await assemble("aarch64")).toBase64(), STUBS.aarch64);
});

kernelTest("the start-up code of arm64 hands everything over", NEEDS, async (t) => {
  await using file = await EmulatedFile.create({ main: ECHO, packs: [] });

  await t.step("words, standard input, exit code, and no variable of the runtime", async () => {
    const args = ["--", "--version", "", "two words"];
    const { code, stdout, stderr } = await file.run(args, { input: "some input" });
    deepStrictEqual([code, stderr], [7, ""]);
    const said = JSON.parse(stdout);
    deepStrictEqual([said.args, said.input], [args, "some input"]);
    deepStrictEqual(said.permissions, ["granted", "granted", "granted"]);
    const expected = ["DENO_NO_PACKAGE_JSON", "DENO_NO_UPDATE_CHECK", "HOME", "NO_COLOR", "PATH"];
    deepStrictEqual(said.variables, expected);
    match(said.path, new RegExp(`(^|:)${DEFAULT_VARIABLE[1]}$`));
  });

  await t.step("flags of a start by the tool itself, instead of those baked in", async () => {
    const flags = [STAGE_WORD, "--allow-env", "--allow-read", END_WORD];
    const { code, stdout, stderr } = await file.run([...flags, "-a", "b"], {
      variables: { PATH: "/x" },
    });
    deepStrictEqual([code, stderr], [7, ""]);
    const said = JSON.parse(stdout);
    deepStrictEqual([said.args, said.permissions], [["-a", "b"], ["prompt", "granted", "prompt"]]);
    match(said.path, /(^|:)\/x$/);
  });

  await t.step("no other flags", async () => {
    const { code, stderr } = await file.run([STAGE_WORD, "--inspect", END_WORD]);
    strictEqual(code, 1);
    match(stderr, /^bpfman: error: Cannot start: /);
  });
});

kernelTest("the single file for arm64 says what it is, and reads objects", NEEDS, async () => {
  await using tool = await EmulatedFile.create(
    await splitBundle({ builder: "single-file" }, DESCRIPTOR - 1),
  );
  const version = await tool.run(["version"]);
  strictEqual(version.code, 0);
  match(version.stdout, /^ {2}target {6}aarch64-unknown-linux-gnu$/m);
  match(version.stdout, /^ {2}builder {5}single-file$/m);

  const { code, stdout, stderr } = await tool.run(["inspect", OBJECT, "-o", "json"]);
  deepStrictEqual([code, stderr], [0, ""]);
  const { size, btf_types: types } = JSON.parse(stdout);
  deepStrictEqual([size, types], [(await Deno.stat(OBJECT)).size, 42]);
});
