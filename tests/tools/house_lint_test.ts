import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import plugin from "./house_lint.ts";
import { AREA_RULES, areaOf, packageOf, projectPath, resolveImport } from "./lint/areas.ts";
import { messageFaults } from "./lint/style.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Lints `source` as the project's file `path` and gives back "rule: message" lines. */
function lint(path: string, source: string): string[] {
  return Deno.lint.runPlugin(plugin, ROOT + path, source)
    .map(({ id, message }) => `${id.replace("house/", "")}: ${message}`);
}

/** Asserts that `source` as `path` breaks exactly the given rules, in this order. */
function assertRules(path: string, source: string, rules: readonly string[]): void {
  deepStrictEqual(
    lint(path, source).map((line) => line.split(":")[0]),
    rules,
    `${path}: ${source}`,
  );
}

Deno.test("folder-imports lets cli import core and core import bytecode-tools", () => {
  assertRules("cli/app.ts", `import { a } from "../core/manager.ts"; a();`, []);
  assertRules("core/manager.ts", `import { a } from "../bytecode-tools/elf/elf.ts"; a();`, []);
  assertRules("core/link/xdp.ts", `import { a } from "../manager.ts"; a();`, []);
});

Deno.test("folder-imports lets core import only types of ffi", () => {
  assertRules("core/a.ts", `import type { Kernel } from "../ffi/kernel.ts";`, []);
  assertRules("core/a.ts", `import { type Kernel } from "../ffi/kernel.ts";`, []);
  assertRules("core/a.ts", `export type { Kernel } from "../ffi/kernel.ts";`, []);
  assertRules("core/a.ts", `import { progLoad } from "../ffi/bpf.ts";`, ["folder-imports"]);
  assertRules("core/a.ts", `import { type A, b } from "../ffi/bpf.ts";`, ["folder-imports"]);
  assertRules("core/a.ts", `export { progLoad } from "../ffi/bpf.ts";`, ["folder-imports"]);
  assertRules("core/a.ts", `export * from "../ffi/bpf.ts";`, ["folder-imports"]);
  assertRules("core/a.ts", `await import("../ffi/bpf.ts");`, ["folder-imports"]);
});

Deno.test("folder-imports keeps core, ffi and bytecode-tools free of what is above them", () => {
  assertRules("core/a.ts", `import "../cli/main.ts";`, ["folder-imports"]);
  assertRules("ffi/a.ts", `import type { A } from "../core/types.ts";`, ["folder-imports"]);
  assertRules("ffi/a.ts", `import { a } from "../bytecode-tools/elf/elf.ts";`, ["folder-imports"]);
  assertRules("bytecode-tools/a.ts", `import { a } from "../core/b.ts";`, ["folder-imports"]);
  assertRules("ffi/layout/a.ts", `import { a } from "../memory.ts";`, []);
});

Deno.test("folder-imports lets only the composition root of cli import ffi", () => {
  assertRules("cli/main.ts", `import { openKernel } from "../ffi/mod.ts";`, []);
  assertRules("cli/commands/list.ts", `import { a } from "../../ffi/mod.ts";`, ["folder-imports"]);
});

Deno.test("folder-imports lets mod.ts import cli and ffi only with import()", () => {
  assertRules("mod.ts", `export * from "./core/manager.ts";`, []);
  assertRules("mod.ts", `if (import.meta.main) await import("./cli/main.ts");`, []);
  assertRules("mod.ts", `const { openKernel } = await import("./ffi/mod.ts");`, []);
  assertRules("mod.ts", `import { main } from "./cli/main.ts";`, ["folder-imports"]);
  assertRules("mod.ts", `export * from "./ffi/mod.ts";`, ["folder-imports"]);
});

Deno.test("folder-imports leaves tests alone and gives its reason elsewhere", () => {
  assertRules("tests/kernel/a_test.ts", `import { a } from "../../ffi/mod.ts";`, []);
  assertRules("core/a_test.ts", `import { a } from "../tests/support/fake.ts";`, []);
  match(
    lint("core/a.ts", `import { a } from "../ffi/b.ts";`)[0] ?? "",
    /core may import ffi only as types: it reaches the kernel only through the object/,
  );
});

Deno.test("folder-imports refuses that the product imports tests", () => {
  assertRules("core/a.ts", `import { a } from "../tests/support/a.ts";`, ["folder-imports"]);
});

Deno.test("listed-packages lets each folder use the packages listed for it and no others", () => {
  assertRules("cli/app.ts", `import { a } from "@stricli/core";`, []);
  assertRules("cli/app.ts", `import { a } from "npm:@stricli/core@1.3.0";`, []);
  assertRules("core/a.ts", `import { a } from "@stricli/core";`, ["listed-packages"]);
  assertRules("cli/app.ts", `import { parseArgs } from "node:util";`, ["listed-packages"]);
  assertRules("ffi/a.ts", `import type { A } from "some-package";`, ["listed-packages"]);
  assertRules("tests/a_test.ts", `import { ok } from "node:assert/strict";`, []);
});

Deno.test("deno-scope keeps Deno.dlopen in ffi", () => {
  assertRules("ffi/library.ts", `Deno.dlopen("a", {});`, []);
  assertRules("core/a.ts", `Deno.dlopen("a", {});`, ["deno-scope"]);
  assertRules("cli/a.ts", `const { dlopen } = Deno; dlopen("a", {});`, ["deno-scope"]);
  assertRules("cli/a.ts", `globalThis.Deno.dlopen("a", {});`, ["deno-scope"]);
  assertRules("tests/kernel/a_test.ts", `Deno.dlopen("a", {});`, ["deno-scope"]);
});

Deno.test("deno-scope refuses Deno.Unsafe* everywhere", () => {
  assertRules("ffi/memory.ts", `Deno.UnsafePointer.of(buffer);`, ["deno-scope"]);
  assertRules("ffi/memory.ts", `new Deno["UnsafeCallback"](a, b);`, ["deno-scope"]);
  assertRules("tests/support/a.ts", `new Deno.UnsafePointerView(p);`, ["deno-scope"]);
});

Deno.test("deno-scope keeps Deno.exit in cli/main.ts and tests", () => {
  assertRules("cli/main.ts", `Deno.exit(2);`, []);
  assertRules("tests/tools/a.ts", `Deno.exit(2);`, []);
  assertRules("cli/commands/list.ts", `Deno.exit(2);`, ["deno-scope"]);
  assertRules("core/a.ts", `Deno.exit(2);`, ["deno-scope"]);
});

Deno.test("no-deno-in-bytecode-tools refuses every use of Deno there", () => {
  assertRules("bytecode-tools/elf/elf.ts", `Deno.readFileSync("a");`, [
    "no-deno-in-bytecode-tools",
  ]);
  assertRules("bytecode-tools/elf/elf.ts", `const d = Deno;`, ["no-deno-in-bytecode-tools"]);
  assertRules("bytecode-tools/elf_test.ts", `Deno.test("a", () => {});`, []);
  assertRules("core/a.ts", `Deno.readFileSync("a");`, []);
});

Deno.test("console-scope keeps console in cli and tests", () => {
  assertRules("cli/main.ts", `console.log("a");`, []);
  assertRules("tests/tools/a.ts", `console.log("a");`, []);
  assertRules("core/a.ts", `console.log("a");`, ["console-scope"]);
  assertRules("mod.ts", `console.error("a");`, ["console-scope"]);
});

Deno.test("error-message refuses small letters, periods and contractions", () => {
  assertRules("core/a.ts", `new Error('Cannot load "a": no such file');`, []);
  assertRules("core/a.ts", `new Error("cannot load it");`, ["error-message"]);
  assertRules("core/a.ts", `new Error("Cannot load it.");`, ["error-message"]);
  assertRules("core/a.ts", "new TypeError(`Cannot load ${name}: it isn't there`);", [
    "error-message",
  ]);
  assertRules("core/a.ts", `new BpfmanError("no such thing" + name, { code: "a" });`, [
    "error-message",
  ]);
});

Deno.test("error-message skips codes, symbols and messages that start with a value", () => {
  assertRules("core/a.ts", `new SyscallError("bpf_link_create", 22);`, []);
  assertRules("core/a.ts", "new Error(`${what} is unknown`);", []);
  assertRules("core/a.ts", `new Thing("not an error. it's fine.");`, []);
});

Deno.test("messageFaults() tells a possessive from a contraction", () => {
  deepStrictEqual(messageFaults("Cannot read the kernel's types"), []);
  deepStrictEqual(messageFaults("map_owner_id 7 does not exist"), []);
  strictEqual(messageFaults("That's all").length, 1);
  strictEqual(messageFaults("it won't do.").length, 3);
});

Deno.test("few-parameters counts parameters of exported functions only", () => {
  assertRules("core/a.ts", `export function f(a, b, c) { return a + b + c; }`, []);
  assertRules("core/a.ts", `export function f(a, b, c, d) {}`, ["few-parameters"]);
  assertRules("core/a.ts", `export const f = (a, b, c, d) => a;`, ["few-parameters"]);
  assertRules("core/a.ts", `export default function (a, b, c, d) {}`, ["few-parameters"]);
  assertRules("core/a.ts", `function f(a, b, c, d) {}`, []);
});

Deno.test("no-non-null-assertion refuses x!", () => {
  assertRules("core/a.ts", `const a = list[0]!;`, ["no-non-null-assertion"]);
  assertRules("core/a.ts", `const a = !list[0];`, []);
});

Deno.test("areaOf() and resolveImport() find the area of an import's target", () => {
  strictEqual(areaOf("core/link/xdp.ts"), "core");
  strictEqual(areaOf("core/link/xdp_test.ts"), "tests");
  strictEqual(areaOf("deno.json"), "other");
  strictEqual(resolveImport("core/link/xdp.ts", "../../ffi/mod.ts"), "ffi/mod.ts");
  strictEqual(projectPath(ROOT + "core/a.ts"), "core/a.ts");
});

Deno.test("packageOf() drops scheme, version and subpath", () => {
  strictEqual(packageOf("npm:@a/b@1.2.3/c"), "@a/b");
  strictEqual(packageOf("jsr:@a/b@^1"), "@a/b");
  strictEqual(packageOf("a@2/x"), "a");
  strictEqual(packageOf("node:fs/promises"), "node:fs/promises");
});

Deno.test("every folder with rules has a reason to tell", () => {
  for (const rules of Object.values(AREA_RULES)) ok(rules.reason.length > 10);
});

Deno.test("deno lint runs the plugin with the project's deno.json", async () => {
  const folder = await Deno.makeTempDir({ prefix: "house-lint-" });
  try {
    const file = `${folder}/bad.ts`;
    await Deno.writeTextFile(file, "export const a: string = globalThis.name!;\n");
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["lint", "--json", "--config", `${ROOT}deno.json`, file],
      stdout: "piped",
      stderr: "null",
    }).output();
    strictEqual(code, 1);
    match(new TextDecoder().decode(stdout), /house\/no-non-null-assertion/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
