import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { permissionFlags } from "../../../cli/deno_permissions.ts";
import { PERMISSION_SETS } from "../../../cli/permissions.ts";
import { STAGE_SETS } from "../../../cli/stages/permission_sets.ts";
import { DEFAULT_RUNTIME_DIRECTORY } from "../../../core/layout.ts";
import { assemble, STUB_TARGETS } from "./assemble.ts";
import { bundle, readSources, splitBundle, withBuilder } from "./bundle.ts";
import { checkLater, closureOf, factoryText, parseChunk } from "./chunks.ts";
import { EarlyNames, withEarlyFunctions } from "./early.ts";
import { RuntimeFile } from "./elf.ts";
import { FIRST_FLAG, FIXED_FLAGS, wholeFlags } from "./flags.ts";
import { withKnownImports } from "./imports.ts";
import { parseOptions } from "./main.ts";
import { RUNTIME_VERSION } from "./runtime.ts";
import { STUBS } from "./stub_bytes.ts";

const IMPORTER = `function importUnseen<T>(path: string): Promise<T> {
  return import(path);
}
`;

function known(text: string): string {
  const file = { path: "cli/x.ts", text };
  return withKnownImports(file, [file]);
}

Deno.test("withKnownImports() turns a path in quotes into a literal import", () => {
  const text = known(`${IMPORTER}await importUnseen<typeof import("./a.ts")>("./b.ts");`);
  match(text, /case "\.\/b\.ts":\n {6}return import\("\.\/b\.ts"\);/);
  strictEqual(text.includes('case "./a.ts"'), false);
  match(text, /return importKnown\(path\)/);
});

Deno.test("withKnownImports() fails on an import by value that nobody can follow", () => {
  const bad = [
    `${IMPORTER}await importUnseen(\`./\${name}.ts\`);`,
    `${IMPORTER}await importUnseen("./a" + ".ts");`,
    `${IMPORTER}await importUnseen(paths[0]);`,
    `${IMPORTER}await importUnseen(path);`,
    `const path = "./a.ts"; await import(path + "");`,
    `await import(paths[0]); const paths = ["./a.ts"];`,
  ];
  for (const text of bad) throws(() => known(text), /Cannot bundle "cli\/x\.ts"/, text);
});

Deno.test("withKnownImports() leaves types, literal imports and comments alone", () => {
  const text = `type A = typeof import("./a.ts"); /* import(path) */ await import("./b.ts");`;
  strictEqual(known(text), text);
});

Deno.test("withKnownImports() leaves data alone that is read by an import", () => {
  const text = `const { default: bytes } = await import(url, { with: { type: "bytes" } });`;
  strictEqual(known(text), text);
  throws(() => known(text.replace('"bytes"', '"json"')), /Cannot bundle/);
});

Deno.test("bundle() ends with an error when a module is imported by a value of its own making", async () => {
  const sources = readSources().map((file) => ({
    path: file.path,
    text: file.path === "core/manager.ts"
      ? file.text.replace('"./program/unload.ts",\n', "`./program/${name}.ts`,\n")
      : file.text,
  }));
  await rejects(bundle({ builder: "single-file", sources }), /Cannot bundle "core\/manager\.ts"/);
});

Deno.test("parseChunk() and factoryText() make a function of a chunk", () => {
  const text = 'import {\n  a,\n  b as c\n} from "./x-1.js";\nimport "./y-2.js";\n\n' +
    'var d = () => [a, c, import("./z-3.js")];\n\nexport {\n  d,\n  c as default\n};\n';
  const chunk = parseChunk({ name: "w.js", text });
  const numbers = new Map([["x-1.js", 1], ["y-2.js", 2], ["z-3.js", 3]]);
  const early = new EarlyNames([]);
  const make = new Function(`return ${factoryText(chunk, { numbers, early })}`)();
  const made = make(
    (n: number) => n === 1 ? { a: "A", b: "B" } : {},
    (n: number) => `later ${n}`,
  );
  deepStrictEqual([made.d(), made.default], [["A", "B", "later 3"], "B"]);
  throws(() => parseChunk({ name: "w.js", text: "import(somewhere);" }), /is left in a chunk/);
  throws(() => factoryText(chunk, { numbers: new Map(), early }), /there is no chunk "x-1\.js"/);
});

Deno.test("withEarlyFunctions() puts early functions first, between brackets, and no others", () => {
  const body = [
    ...["const seen = [early(), late()];", "function late() {", '  return "late";', "}"],
    ...["function early() {", "  return late();", "}"],
    ...["async function early2(a) {", "  return `", "}", "function early() {", "}", "`;", "}"],
  ].join("\n");
  const text = withEarlyFunctions(body, new EarlyNames(["early"]));
  match(text, /^var early = \(function early\(\) \{\n {2}return late\(\);\n\}\);\nconst seen/);
  deepStrictEqual(new Function(`${text}; return seen;`)(), ["late", "late"]);
  // what ends nobody knows where stays where it is
  ok(text.endsWith("async function early2(a) {\n  return `\n}\nfunction early() {\n}\n`;\n}"));
  strictEqual(withEarlyFunctions(body, new EarlyNames([])), body);
});

Deno.test("the list of early functions is of this checkout", async () => {
  const early = await EarlyNames.read();
  const { packs } = await splitBundle({ builder: "single-file" }, 198);
  // a function between brackets begins behind one
  const count = (text = "") => text.match(/\((?:async )?function\*?\(/g)?.length ?? 0;
  ok(early.hasFunction("listProgramRows") && early.hasModule("// cli/app.ts\n"));
  ok(count(packs[0]) > 150, `${count(packs[0])}`);
});

Deno.test("checkLater() refuses a package without ES modules that is imported later", () => {
  const required = { name: "dist-1.js", text: "var a;\nexport default require_dist();\n" };
  const plain = { name: "m-2.js", text: "var a;\nexport {\n  a\n};\n" };
  const user = { name: "u.js", text: 'const { a } = await import("./dist-1.js");\n' };
  throws(() => checkLater([required, user]), /"u\.js" imports "dist-1\.js" later/);
  checkLater([plain, { ...user, text: 'import { a } from "./dist-1.js"; import("./m-2.js");' }]);
  checkLater([required, plain]);
});

Deno.test("closureOf() refuses chunks that need each other", () => {
  const chunk = (name: string, from: string) =>
    [name, { name, imports: [{ from, names: "" }], body: "", exports: "", later: [] }] as const;
  throws(() => closureOf(["a"], new Map([chunk("a", "b"), chunk("b", "a")])), /imports itself/);
});

Deno.test("every chunk of the tool can be evaluated, in any order", async () => {
  const { main, packs } = await splitBundle({ builder: "single-file" }, 198);
  ok(main.length < 40_000, `${main.length}`);
  const texts = JSON.stringify(packs);
  // the same program, with texts at hand and every chunk asked for
  const asked = "for (let n = count - 1; n >= own.length; n--) await later(n);" +
    'console.log("all", count - own.length);';
  const patched = main
    .replace(
      "const read=",
      () => `const TEXTS=${texts};const read=(p)=>{texts[p]=TEXTS[p]};const old=`,
    )
    .replace(/need\(\d+\);\s*$/, () => asked);
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/all.mjs`, patched);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-config", "--no-lock", "--unstable-kv", "--allow-env", "all.mjs"],
      cwd: directory,
    }).output();
    const text = new TextDecoder();
    strictEqual(code, 0, text.decode(stderr));
    match(text.decode(stdout), /^all [1-9]\d\d\n$/);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("wholeFlags() has what each set of each command and stage may ask for", () => {
  const whole = new Map(wholeFlags().map((flag) => [flag.split("=")[0] ?? "", flag]));
  const places = { runtimeDirectory: DEFAULT_RUNTIME_DIRECTORY };
  for (const [name, set] of Object.entries({ ...PERMISSION_SETS, ...STAGE_SETS })) {
    for (const flag of permissionFlags(set, places)) {
      const [kind = "", values] = flag.split("=");
      const given = whole.get(kind);
      if (given === kind) continue;
      ok(given !== undefined && values !== undefined, `${name}: ${flag}`);
      const allowed = given.slice(kind.length + 1).split(",");
      deepStrictEqual(values.split(",").filter((value) => !allowed.includes(value)), [], name);
    }
  }
  strictEqual(whole.has("--allow-all"), false);
  match(whole.get("--allow-ffi") ?? "", /^--allow-ffi=\/usr\/lib/);
});

Deno.test("the flag in place of the first word is one of the fixed ones", () => {
  ok(FIXED_FLAGS.includes(FIRST_FLAG));
});

Deno.test("the start-up code is what its source says", async () => {
  for (const target of STUB_TARGETS) {
    deepStrictEqual(await assemble(target), Uint8Array.fromBase64(STUBS[target] ?? ""), target);
  }
});

Deno.test("RuntimeFile refuses what is no runtime, and finds its places in Deno", async () => {
  throws(() => new RuntimeFile(new Uint8Array(100)), /it is no ELF program of 64 bits/);
  const file = new RuntimeFile(await Deno.readFile(Deno.execPath()));
  strictEqual(file.target, Deno.build.arch);
  ok(file.slotOf("environ") > 0n && file.slotOf("environ") < file.end);
  throws(() => file.slotOf("nothing_of_this_name"), /does not know/);
});

Deno.test("the runtime is the version that CI runs", async () => {
  const script = await Deno.readTextFile(new URL("../../../.ci/run", import.meta.url));
  deepStrictEqual([...new Set(script.match(/(?<=deno@)[\d.]+/g))], [RUNTIME_VERSION]);
});

Deno.test("withBuilder() fails where nobody says who built", () => {
  throws(() => withBuilder("export const BUILDER = 1;", "single-file"), /has no place/);
});

Deno.test("parseOptions() knows the options, and only these", () => {
  const { target, out } = parseOptions(["--target", "aarch64", "--out", "/tmp/x"]);
  deepStrictEqual([target, out], ["aarch64", "/tmp/x"]);
  match(parseOptions([]).out, /\/dist\/bpfman/);
  throws(() => parseOptions(["--fast", "1"]), /"--fast" is no option/);
  throws(() => parseOptions(["--target", "mips"]), /for "mips"/);
  throws(() => parseOptions(["--builder", "other"]), /with "other"/);
});
