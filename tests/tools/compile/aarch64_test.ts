import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { kernelTest } from "../../support/requires.ts";
import { ROOT } from "../rings.ts";
import { compile } from "./main.ts";

/** Where Debian keeps the libraries of arm64 for this machine. */
const LIBRARIES = "/usr/aarch64-linux-gnu";
const OBJECT = `${ROOT}tests/fixtures/cgroup_counter.bpf.o`;
/** An emulated processor on a busy machine. */
const LIMIT = 180_000;
const decoder = new TextDecoder();

/** How the file ended and what it said. */
interface Ending {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The file for arm64, run by an emulated processor. */
class EmulatedTool implements AsyncDisposable {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async create(): Promise<EmulatedTool> {
    const directory = await Deno.makeTempDir({ prefix: "bpfman-arm64-" });
    await compile({ target: "aarch64", builder: "single-file", out: `${directory}/bpfman` });
    return new EmulatedTool(directory);
  }

  async run(args: readonly string[], input?: Uint8Array): Promise<Ending> {
    const child = new Deno.Command("qemu-aarch64", {
      args: ["-L", LIBRARIES, `${this.#directory}/bpfman`, ...args],
      cwd: this.#directory,
      clearEnv: true,
      env: { NO_COLOR: "1", PATH: "/usr/bin:/bin" },
      stdin: input === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(LIMIT),
    }).spawn();
    if (input !== undefined) {
      const writer = child.stdin.getWriter();
      await writer.write(input);
      await writer.close();
    }
    const { code, stdout, stderr } = await child.output();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#directory, { recursive: true });
  }
}

const NEEDS = ["command:qemu-aarch64", `file:${LIBRARIES}/lib/libc.so.6`] as const;

kernelTest("compile() makes a file that runs on arm64", NEEDS, async (t) => {
  await using tool = await EmulatedTool.create();

  await t.step("it says what it is", async () => {
    const { code, stdout } = await tool.run(["version"]);
    strictEqual(code, 0);
    match(stdout, /^ {2}target {6}aarch64-unknown-linux-gnu$/m);
    match(stdout, /^ {2}builder {5}single-file$/m);
  });

  await t.step("it gets the words of the user, and its exit code gets out", async () => {
    const { code, stdout, stderr } = await tool.run(["--", "--version", "no such command"]);
    deepStrictEqual([code, stdout], [2, ""]);
    match(stderr, /^bpfman: error: Unknown option "--" before the command\n/);
  });

  await t.step("it reads an object with the WebAssembly module", async () => {
    const { code, stdout, stderr } = await tool.run(["inspect", OBJECT, "-o", "json"]);
    deepStrictEqual([code, stderr], [0, ""]);
    const { size, btf_types: types } = JSON.parse(stdout);
    deepStrictEqual([size, types], [Deno.statSync(OBJECT).size, 42]);
  });

  await t.step("it reads standard input", async () => {
    const object = await Deno.readFile(OBJECT);
    const { code, stdout } = await tool.run(["btf", "dump", "/dev/stdin"], object);
    strictEqual(code, 0);
    match(stdout, /STDIN/);
  });
});
