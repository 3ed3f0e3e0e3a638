import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import config from "../../../deno.json" with { type: "json" };
import { ROOT } from "../rings.ts";
import { packForNpm, reachable, withCommentsKept } from "./npm.ts";
import { toolEntry } from "./npm_tool.ts";

const DOCUMENTS = ["LICENSE", "NOTICE", "README.md", "package.json"];
/** A package in an import of what `deno pack` writes, where one may stand behind a comment. */
const IMPORTED =
  /(?:^(?:.*\*\/ )?(?:import|export)(?:[^";]*? from)? |await import\()"(@[\w-]+\/[\w.-]+|\w[\w.-]*)["/]/gm;
const decoder = new TextDecoder();

/** A project that has installed the tarball, without the packages that it depends on. */
class Installed implements AsyncDisposable {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async create(): Promise<Installed> {
    const directory = await Deno.makeTempDir({ prefix: "bpfman-npm-test-" });
    await packForNpm(`${directory}/package.tgz`);
    const scope = `${directory}/node_modules/@bpfman`;
    await Deno.mkdir(scope, { recursive: true });
    await run("tar", ["-xzf", `${directory}/package.tgz`, "-C", scope], directory);
    await Deno.rename(`${scope}/package`, `${scope}/cli`);
    await Deno.writeTextFile(`${directory}/deno.json`, '{ "nodeModulesDir": "manual" }');
    await Deno.writeTextFile(`${directory}/package.json`, '{ "type": "module" }');
    return new Installed(directory);
  }

  get package(): string {
    return `${this.directory}/node_modules/@bpfman/cli`;
  }

  /** Files of the package. */
  files(folder = ""): string[] {
    return [...Deno.readDirSync(`${this.package}/${folder}`)].flatMap(({ name, isDirectory }) =>
      isDirectory ? this.files(`${folder}${name}/`) : [`${folder}${name}`]
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}

async function run(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...args],
    cwd,
    stdin: "null",
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  strictEqual(code, 0, decoder.decode(stderr));
  return decoder.decode(stdout);
}

/** Names of packages that modules import. */
function importedPackages(installed: Installed, modules: readonly string[]): string[] {
  const names = modules.flatMap((path) => {
    const text = Deno.readTextFileSync(`${installed.package}/${path}`);
    const imports = text.matchAll(IMPORTED);
    return [...imports].map(([, name = ""]) => name);
  });
  return [...new Set(names)].sort();
}

Deno.test("packForNpm() makes a package that Deno imports", async (t) => {
  await using installed = await Installed.create();
  const files = installed.files();

  await t.step("it holds modules, declarations and licences, and nothing else", () => {
    const isModule = (path: string) =>
      /^(mod|(bytecode-tools|cli|core|ffi)\/.+)\.(d\.ts|js)$/.test(path);
    deepStrictEqual(files.filter((path) => !isModule(path)).sort(), DOCUMENTS);
    deepStrictEqual(files.filter((path) => /_test\.|(^|\/)tests\/|fixtures/.test(path)), []);
    ok(files.includes("bytecode-tools/wasm/inspect_wasm.js"), "the module of the bytecode tools");
    for (const name of ["LICENSE", "NOTICE"]) {
      const text = Deno.readTextFileSync(`${installed.package}/${name}`);
      strictEqual(text, Deno.readTextFileSync(`${ROOT}${name}`));
    }
  });

  await t.step("its package.json has our exports and every package that is imported", () => {
    const text = Deno.readTextFileSync(`${installed.package}/package.json`);
    const { name, version, exports, dependencies, bin } = JSON.parse(text);
    deepStrictEqual(bin, { bpfman: "cli/main.js" });
    strictEqual((Deno.statSync(`${installed.package}/${bin.bpfman}`).mode ?? 0) & 0o777, 0o755);
    deepStrictEqual([name, version], [config.name, config.version]);
    deepStrictEqual(Object.keys(exports), Object.keys(config.exports));
    const modules = files.filter((path) => path.endsWith(".js"));
    deepStrictEqual(importedPackages(installed, modules), Object.keys(dependencies).sort());
  });

  await t.step("its tool is one text that imports nothing", () => {
    const tool = files.filter((path) => path.startsWith("cli/") && path.endsWith(".js"));
    deepStrictEqual(tool.sort(), ["cli/bundle/tool.js", "cli/main.js"]);
    const text = Deno.readTextFileSync(`${installed.package}/cli/bundle/tool.js`);
    strictEqual(/^import\b|[;}]import[ {*"']|\bfrom"[^"]+";/m.exec(text)?.[0], undefined);
    ok(/\bmain\b/.test(/export *\{([^}]*)\}/.exec(text)?.[1] ?? ""));
  });

  await t.step("no module names a TypeScript file to import", () => {
    for (const path of files.filter((path) => path.endsWith(".js"))) {
      const text = Deno.readTextFileSync(`${installed.package}/${path}`);
      deepStrictEqual(
        text.match(/^(?:import|export) .*\bfrom "[^"]+\.ts"|\breturn import\("[^"]+\.ts"/gm),
        null,
        path,
      );
    }
  });

  await t.step("Deno checks, imports and uses it", async () => {
    const program = `import { openBpfman } from "@bpfman/cli";
      import { main } from "@bpfman/cli/cli";
      import { validateObject } from "@bpfman/cli/bytecode-tools";
      import { parseReference } from "@bpfman/cli/images";
      const error: Error = await openBpfman({ runtimeDirectory: "run" }).catch((e) => e);
      const [finding] = validateObject(new TextEncoder().encode("#!/bin/sh")).findings;
      console.log(error.name, finding?.rule, parseReference("ghcr.io/a/b:1").tag);
      Deno.exit(await main(["version"]));`;
    await Deno.writeTextFile(`${installed.directory}/deno.ts`, program);
    const args = ["run", "-q", "--check", "--no-lock", "--allow-read", "--allow-env", "deno.ts"];
    const [line, version] = (await run(Deno.execPath(), args, installed.directory)).split("\n");
    strictEqual(line, "BpfmanError not-elf 1");
    strictEqual(version, `bpfman ${config.version}`);
  });
});

Deno.test("toolEntry() keeps what is said about the tool, and refuses a source that says nothing", () => {
  const source = "/** The tool. */\n/** Runs it. */\nexport async function main(a) {}\n" +
    "/** Ends it. */\nexport async function runAndExit() {}\n";
  const entry = toolEntry(source);
  for (const said of ["/** The tool. */", "/** Runs it. */", "/** Ends it. */"]) {
    ok(entry.includes(said), said);
  }
  throws(() => toolEntry("/** The tool. */\n"), /nothing is said before/);
});

Deno.test("withCommentsKept() makes an import literal and keeps what is said about the module", () => {
  const text =
    '/** Says. */\nfunction read(path: string) {\n  return import(path);\n}\nread("./a.ts");\n';
  const changed = withCommentsKept({ path: "mod.ts", text }, []);
  ok(
    changed.startsWith("/** Says. */\nfunction read(path: string) {\n  return importKnown(path);"),
  );
  ok(changed.includes('return import("./a.ts")'));
  const unknown = { path: "mod.ts", text: "function read() { return import(`./${1}.ts`); }" };
  throws(() => withCommentsKept(unknown, []), TypeError);
});

Deno.test("reachable() leaves out what no entry imports, directly or through others", () => {
  const files = [
    { path: "a.ts", text: 'import "./b/b.ts";' },
    { path: "b/b.ts", text: 'export * from "../c.js";' },
    { path: "c.js", text: "" },
    { path: "d.ts", text: 'import "./a.ts";' },
  ];
  deepStrictEqual(reachable(files, ["a.ts"]).map(({ path }) => path), ["a.ts", "b/b.ts", "c.js"]);
});
