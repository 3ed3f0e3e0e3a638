import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { kernelTest } from "../support/requires.ts";
import { codeBlocks, type Example, OutputMatcher, readExamples } from "./console_blocks.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const README = Deno.readTextFileSync(`${ROOT}README.md`);

/** What the README says, and what the test says in its place. */
interface Places {
  readonly runtimeDirectory: string;
  readonly namespace: string;
}

const WRITTEN: Places = { runtimeDirectory: "/run/bpfman", namespace: "blue" };

function moved(text: string, from: Places, to: Places): string {
  return text.replaceAll(from.runtimeDirectory, to.runtimeDirectory)
    .replaceAll(new RegExp(`\\b${from.namespace}\\b`, "g"), to.namespace);
}

/** Runs commands in one shell; gives what each printed, both streams together. */
async function runInShell(commands: readonly string[], places: Places): Promise<string[][]> {
  const folder = Deno.makeTempDirSync();
  const mark = `--- ${crypto.randomUUID()} ---`;
  try {
    // The README's word for Deno, whatever runs this test.
    Deno.symlinkSync(Deno.execPath(), `${folder}/deno`);
    const script = commands.map((command) => `${command}\necho '${mark}'\n`).join("");
    const { stdout } = await new Deno.Command("bash", {
      args: ["-c", `exec 2>&1\n${script}`],
      cwd: ROOT,
      env: {
        NO_COLOR: "1",
        BPFMAN_RUNTIME_DIR: places.runtimeDirectory,
        BPFMAN_DATA_DIR: `${places.runtimeDirectory}/data`,
        PATH: `${folder}:${Deno.env.get("PATH") ?? ""}`,
      },
      stdin: "null",
    }).output();
    const text = moved(new TextDecoder().decode(stdout), places, WRITTEN);
    return text.split(`${mark}\n`).map((part) => part.split("\n").filter((line) => line !== ""));
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Takes away whatever a failed tour has left. */
async function removePlaces({ runtimeDirectory, namespace }: Places): Promise<void> {
  await new Deno.Command("ip", { args: ["netns", "delete", namespace], stderr: "null" }).output();
  await new Deno.Command("umount", { args: [`${runtimeDirectory}/fs`], stderr: "null" }).output();
  Deno.removeSync(runtimeDirectory, { recursive: true });
}

function checkExamples(examples: readonly Example[], outputs: readonly string[][]): void {
  const matcher = new OutputMatcher();
  for (const [index, { command, output }] of examples.entries()) {
    const mismatch = matcher.mismatch(output, outputs[index] ?? []);
    ok(mismatch === undefined, `README.md: the output of "${command}" differs\n${mismatch}`);
  }
}

kernelTest(
  "README.md: the tour's commands work and print what the tour shows",
  ["root", "bpffs", "command:bpftool", "command:ping", "command:ip", "command:openssl"],
  async () => {
    const parent = Deno.makeTempDirSync({ prefix: "bpfman-readme-" });
    const places = {
      runtimeDirectory: `${parent}/run`,
      namespace: `tour-${crypto.randomUUID().slice(0, 8)}`,
    };
    const examples = readExamples(README);
    ok(examples.length >= 15, `only ${examples.length} commands were found`);
    try {
      const commands = examples.map(({ command }) => moved(command, WRITTEN, places));
      checkExamples(examples, await runInShell(commands, places));
    } finally {
      await removePlaces(places);
      Deno.removeSync(parent);
    }
  },
);

Deno.test("README.md: the library example passes the type check and runs", async () => {
  const [code = "", ...others] = codeBlocks(README, "ts");
  deepStrictEqual(others, []);
  // An empty runtime directory, so that nothing of this machine is touched.
  const folder = Deno.makeTempDirSync();
  const file = `${folder}/example.ts`;
  const call = `openBpfman({ runtimeDirectory: "${folder}/run" })`;
  Deno.writeTextFileSync(
    file,
    code.replace("./mod.ts", `${ROOT}mod.ts`).replace("openBpfman()", call),
  );
  const { code: exitCode, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--check", "--config", `${ROOT}deno.json`, file],
  }).output();
  Deno.removeSync(folder, { recursive: true });
  strictEqual(exitCode, 0, new TextDecoder().decode(stderr));
});

function filesIn(folder: string, ending: string): string[] {
  return [...Deno.readDirSync(`${ROOT}${folder}`)].map(({ name }) => `${folder}${name}`)
    .filter((name) => name.endsWith(ending));
}

/** Every page for people, relative to the checkout. */
const PAGES = ["README.md", ...filesIn("docs/", ".md")];

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

for (const page of PAGES) {
  Deno.test(`${page}: its links to files lead somewhere`, () => {
    const text = Deno.readTextFileSync(`${ROOT}${page}`);
    const folder = new URL(page, `file://${ROOT}`);
    const targets = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target ?? "")
      .filter((target) => !target.includes(":"));
    deepStrictEqual(targets.filter((target) => !isThere(new URL(target, folder).pathname)), []);
  });

  Deno.test(`${page}: the tasks it names exist`, () => {
    const text = Deno.readTextFileSync(`${ROOT}${page}`);
    const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
    const named = [...text.matchAll(/deno(?:@[\d.]+)? task ([a-z]+(?::[a-z]+)*)/g)].map((
      [, name],
    ) => name);
    deepStrictEqual(named.filter((name) => !Object.hasOwn(tasks, name ?? "")), []);
  });
}
