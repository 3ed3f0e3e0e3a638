/**
 * docs/policy.md: its policies are good, its commands print what the page shows, and a refusal's own
 * words let in what was refused.
 *
 * @module
 */
import { generateKeyPairSync } from "node:crypto";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Ajv2020 } from "ajv/2020";
import { parse } from "smol-toml";
import { parseConfiguration } from "../../cli/config_file.ts";
import { checkPolicy, type PolicySurroundings } from "../../core/policy/check.ts";
import { policyJsonSchema } from "../../core/policy/json_schema.ts";
import { parsePolicy } from "../../core/policy/parse.ts";
import { fixture, ROOT } from "../support/cli.ts";
import { parseJsonc } from "../support/golden.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";
import { OwnRegistry } from "../registry/support/own_registry.ts";
import { makeSample, storeSample } from "../registry/support/sample_image.ts";
import { codeBlocks, OutputMatcher, readExamples } from "./console_blocks.ts";

const PAGE = Deno.readTextFileSync(`${ROOT}docs/policy.md`);
const POLICIES = codeBlocks(PAGE, "jsonc");

/** A machine that has whatever a policy names. */
const COMPLETE: PolicySurroundings = {
  hasUser: () => true,
  hasGroup: () => true,
  keyProblem: () => undefined,
  rootProblem: () => undefined,
};

function isPattern(text: string): boolean {
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}

function validator() {
  return new Ajv2020({ strict: true, formats: { regex: isPattern } }).compile(policyJsonSchema());
}

Deno.test("docs/policy.md: every policy is good, to us and by the published schema", () => {
  const validate = validator();
  ok(POLICIES.length >= 3);
  for (const text of POLICIES) {
    deepStrictEqual(checkPolicy(parsePolicy(text, "policy.json"), COMPLETE), []);
    ok(validate(parseJsonc(text)), JSON.stringify(validate.errors));
  }
});

const DAMAGED: readonly unknown[] = [
  { defualt: {} },
  { default: { action: "allow" } },
  { default: { require: [{ key: [] }] } },
  { default: { require: [{ identities: [{ subjectPattern: "(" }] }] } },
  { default: { programs: { types: ["xpd"] } } },
  { default: { programs: { maxMapBytes: -1 } } },
  { default: { attach: { priorities: [1] } } },
  { scopes: [] },
  [],
];

for (const damaged of DAMAGED) {
  const text = JSON.stringify(damaged);
  Deno.test(`the schema refuses what the reader refuses: ${text}`, () => {
    strictEqual(validator()(damaged), false);
    let code = "";
    try {
      parsePolicy(text, "policy.json");
    } catch (error) {
      code = error instanceof Error && "code" in error ? String(error.code) : "";
    }
    strictEqual(code, "policy-invalid");
  });
}

Deno.test("docs/policy.md: the table of the configuration is a policy", async () => {
  const [text = ""] = codeBlocks(PAGE, "toml");
  ok("policy" in parse(text));
  const { policy, warnings } = await parseConfiguration(text, "bpfman.toml");
  deepStrictEqual(warnings, []);
  ok(policy?.kind === "inline");
  const loaded = parsePolicy(policy.text, policy.name, policy.lineOf);
  deepStrictEqual(Object.keys(loaded.policy.scopes ?? {}), ["file:/usr/lib/bpf", "quay.io/net"]);
  const line = loaded.lineOf(["scopes", "quay.io/net", "require", 0, "keys"]);
  match(text.split("\n")[line - 1] ?? "", /^keys = /);
});

/** Every key that a policy may have. */
function keysOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === "properties" ? [...Object.keys(value), ...keysOf(value)] : keysOf(value)
  );
}

Deno.test("docs/policy.md names every key", () => {
  const words = new Set(PAGE.match(/\w+/g));
  const keys = keysOf(policyJsonSchema()).filter((key) => key !== "$schema");
  ok(keys.length > 20);
  deepStrictEqual(keys.filter((key) => !words.has(key)), []);
});

/** Runs a script of the shell in a folder, with the tool as `bpfman`. */
async function runInFolder(folder: string, script: string) {
  const bpfman = `bpfman() { '${Deno.execPath()}' run -A '${ROOT}mod.ts' "$@"; }`;
  const { code, stdout } = await new Deno.Command("bash", {
    args: ["-c", `exec 2>&1\n${bpfman}\n${script}`],
    cwd: folder,
    env: {
      NO_COLOR: "1",
      BPFMAN_RUNTIME_DIR: folder,
      BPFMAN_DATA_DIR: `${folder}/data`,
      BPFMAN_CONFIG: "",
    },
    stdin: "null",
  }).output();
  return { code, output: new TextDecoder().decode(stdout) };
}

kernelTest("docs/policy.md: the commands print what the page shows", ["root"], async () => {
  await using workspace = await Workspace.make();
  const folder = workspace.path;
  Deno.writeTextFileSync(`${folder}/strict.json`, POLICIES.at(-1) ?? "", { mode: 0o644 });
  Deno.copyFileSync(fixture("xdp_drop"), `${folder}/drop.bpf.o`);
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ format: "pem", type: "pkcs8" });
  Deno.writeTextFileSync(`${folder}/net.key`, String(pem));
  const publicPem = publicKey.export({ format: "pem", type: "spki" });
  Deno.writeTextFileSync(`${folder}/net.pub`, String(publicPem));
  const matcher = new OutputMatcher();
  const examples = readExamples(PAGE);
  ok(examples.length >= 4);
  for (const { command, output: expected } of examples) {
    const { output } = await runInFolder(folder, command);
    const lines = output.split("\n").filter((line) => line !== "");
    const mismatch = matcher.mismatch(expected, lines);
    ok(mismatch === undefined, `the output of "${command}" differs\n${mismatch}\n${output}`);
  }
});

/** Parts of a refusal that would let in what was refused. */
function remedies(message: string): { command: string; line: string } {
  const command = /^ {2}once: (.*)$/m.exec(message)?.[1] ?? "";
  const line = /^ {2}always, among the scopes of [^:]*: (.*)$/m.exec(message)?.[1] ?? "";
  return { command, line };
}

kernelTest(
  "a refused image is let in by the command and by the line that the refusal names",
  ["root", "bpffs"],
  async () => {
    await using workspace = await Workspace.make();
    await using registry = OwnRegistry.start();
    const folder = workspace.path;
    const repository = registry.repository("net/pass");
    const object = Deno.readFileSync(fixture("xdp_pass"));
    storeSample(repository, await makeSample({ object, programs: { xdp_pass: "xdp" } }), "v1");
    const name = `${registry.host}/net/pass:v1`;
    const load = `bpfman load image ${name} --programs xdp:xdp_pass`;
    const refused = await runInFolder(folder, load);
    strictEqual(refused.code, 4, refused.output);
    const { command, line } = remedies(refused.output);
    const once = await runInFolder(folder, command);
    strictEqual(once.code, 0, once.output);
    match(once.output, /note: .* is let in without a signature/);
    Deno.writeTextFileSync(`${folder}/p.json`, `{ "scopes": { ${line} } }`, { mode: 0o644 });
    const always = await runInFolder(folder, `${load} --policy p.json`);
    strictEqual(always.code, 0, always.output);
    // another content under the same name is not let in by either
    const other = Deno.readFileSync(fixture("xdp_drop"));
    storeSample(repository, await makeSample({ object: other, programs: {} }), "v1");
    for (const attempt of [`${command} -p Always`, `${load} --policy p.json -p Always`]) {
      const again = await runInFolder(folder, attempt.replace("xdp:xdp_pass", "xdp:xdp_drop"));
      strictEqual(again.code, 4, again.output);
    }
    const ids = `bpfman list programs -q | xargs -r -n 1 sh -c 'echo $0'`;
    const { output } = await runInFolder(folder, ids);
    const unloaded = await runInFolder(
      folder,
      `bpfman unload ${output.trim().split("\n").join(" ")}`,
    );
    strictEqual(unloaded.code, 0, unloaded.output);
  },
);
