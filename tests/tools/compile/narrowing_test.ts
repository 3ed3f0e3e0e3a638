import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { bundle, readSources } from "./bundle.ts";
import { compiledPermissions } from "./deno_compile.ts";

const KINDS = ["env", "ffi", "net", "read", "run", "sys", "write"] as const;
/** Stands for the code of a command, or of a stage, and says what it may do. */
const PROBE = `const state = (name) => [name, Deno.permissions.querySync({ name }).state];
const stateOf = (name, more) => Deno.permissions.querySync({ name, ...more }).state;
function say() {
  const c = stateOf("ffi", { path: "/usr/lib/x86_64-linux-gnu/libc.so.6" });
  console.log(JSON.stringify({ kinds: Object.fromEntries(${
  JSON.stringify(KINDS)
}.map(state)), c }));
}
export function run() { say(); return 0; }
export function openStage() { say(); Deno.exit(0); }
`;
/** Modules that the probe takes the place of. */
const PROBED = ["cli/run/privileges.ts", "cli/run/image_inspect.ts", "cli/stages/open_front.ts"];

/** What a process may do. */
interface Said {
  readonly kinds: Readonly<Record<string, string>>;
  /** Whether libc may be opened. */
  readonly c: string;
}

async function ask(module: string, args: readonly string[], stage?: string): Promise<Said> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-config", "--no-prompt", ...compiledPermissions(), module, ...args],
    env: { NO_COLOR: "1", ...(stage === undefined ? {} : { BPFMAN_STAGE: stage }) },
    stdin: "null",
  }).output();
  strictEqual(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("a compiled tool gives up what its command has no use for", async (t) => {
  const sources = readSources().map((file) =>
    PROBED.includes(file.path) ? { path: file.path, text: PROBE } : file
  );
  const module = await Deno.makeTempFile({ prefix: "bpfman-narrow-", suffix: ".js" });
  try {
    await Deno.writeTextFile(module, await bundle({ builder: "deno-compile", sources }));

    await t.step("one that only computes", async () => {
      const { kinds, c } = await ask(module, ["privileges", "load", "xdp"]);
      deepStrictEqual([kinds.net, kinds.write, kinds.run, c], Array(4).fill("prompt"));
    });

    await t.step("one that asks a registry", async () => {
      const { kinds, c } = await ask(module, ["image", "inspect", "ghcr.io/a/b:1"]);
      deepStrictEqual([kinds.net, kinds.read], ["granted", "granted"]);
      deepStrictEqual([kinds.write, c], ["prompt", "prompt"]);
    });

    await t.step("a front that reads a file has neither network nor C", async () => {
      const args = ["load", "file", "--path", "x.o", "--programs", "xdp:pass"];
      const { kinds, c } = await ask(module, args, "front");
      deepStrictEqual([kinds.net, kinds.run, c], ["prompt", "prompt", "prompt"]);
      deepStrictEqual([kinds.read, kinds.write], ["granted", "granted"]);
    });

    await t.step("a front that fetches an image has no C", async () => {
      const args = ["load", "image", "--image-url", "ghcr.io/a/b:1", "--programs", "xdp:pass"];
      const { kinds, c } = await ask(module, args, "front");
      deepStrictEqual([kinds.net, c], ["granted", "prompt"]);
    });
  } finally {
    await Deno.remove(module);
  }
});
