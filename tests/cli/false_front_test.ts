/**
 * What a front cannot do, whatever it writes: the loader takes nothing that does not fit.
 *
 * @module
 */
import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { digestOfArguments, sha256Of } from "../../core/handover/digest.ts";
import { encodeHandover } from "../../core/handover/encode.ts";
import type { HandoverMessage, PlanMessage } from "../../core/handover/types.ts";
import { ImageForm, PullPolicy } from "../../core/image/types.ts";
import type { SourceFacts } from "../../core/policy/types.ts";
import { written } from "../support/audit_scene.ts";
import { fixture, ROOT } from "../support/cli.ts";
import { must, runProgram } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Workspace } from "../support/workspace.ts";

const NEEDS = ["root", "bpffs"] as const;
const OBJECT = fixture("xdp_pass");

function loadArguments(workspace: Workspace): string[] {
  return ["load", "file", OBJECT, "--programs", "xdp:xdp_pass", "--runtime-dir", workspace.path];
}

const SEND = "cat $PLAN >&3";

/** A command with what its front does; `$PLAN` is a file with what that may send. */
interface FalseStart {
  readonly workspace: Workspace;
  readonly plan: Uint8Array;
  readonly args: readonly string[];
  /** @default it sends the plan */
  readonly script?: string;
}

/** Runs a command whose front is a script. */
async function startWith({ workspace, plan, args, script = SEND }: FalseStart) {
  const file = `${workspace.path}-plan`;
  await Deno.writeFile(file, plan);
  const program = `${ROOT}tests/support/false_front.ts`;
  const words = ["run", "-A", "-q", program, `PLAN=${file}; ${script}`, ...args];
  try {
    return await runProgram(Deno.execPath(), words);
  } finally {
    await Deno.remove(file);
  }
}

/** Arguments of a load, and more. */
function allArguments(workspace: Workspace, more: readonly string[]): string[] {
  return [...loadArguments(workspace), "-o", "json", ...more];
}

/** Runs the load of a file whose front is a script. */
function loadWith(
  workspace: Workspace,
  script: string,
  plan = new Uint8Array(),
  more: readonly string[] = [],
) {
  return startWith({ workspace, plan, args: allArguments(workspace, more), script });
}

/** A plan that is as it should be. */
async function goodPlan(
  workspace: Workspace,
  more: readonly string[] = [],
): Promise<PlanMessage> {
  const bytes = await Deno.readFile(OBJECT);
  const objectDigest = await sha256Of(bytes);
  return {
    kind: "plan",
    argumentsDigest: await digestOfArguments(allArguments(workspace, more)),
    phases: [],
    object: { path: OBJECT, bytes },
    admission: {
      source: { kind: "file", path: OBJECT, digest: objectDigest },
      objectDigest,
      signer: null,
      decision: { allowed: true, reason: "", scope: "file:", rule: "", where: "built-in" },
      warnings: [],
    },
  };
}

/** The code of the error that a load ends with; nothing may have been loaded. */
function errorOf(
  workspace: Workspace,
  { stderr, stdout }: { readonly stderr: string; readonly stdout: string },
): { readonly code: string; readonly message: string } {
  strictEqual(stdout, "");
  strictEqual(workspace.names("programs").join(), "");
  return JSON.parse(stderr).error;
}

kernelTest("a plan that fits is loaded, whoever wrote it", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const plan = await encodeHandover(await goodPlan(workspace));
  const { code, stderr } = await loadWith(workspace, SEND, plan);
  strictEqual(code, 0, stderr);
  strictEqual(workspace.names("programs").length, 1);
});

kernelTest("a plan that was cut, changed or prolonged is refused", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const plan = await encodeHandover(await goodPlan(workspace));
  const changed = plan.slice();
  changed[plan.length >> 1] = (changed[plan.length >> 1] ?? 0) ^ 1;
  const cases = [
    [plan.subarray(0, 100), /were sealed/],
    [changed, /its seal does not fit its bytes|header/],
    [new Uint8Array([...plan, 0]), /were sealed/],
    [new Uint8Array(64), /it is none/],
    [new Uint8Array(), /there is none/],
  ] as const;
  for (const [bytes, why] of cases) {
    const result = await loadWith(workspace, SEND, bytes);
    strictEqual(result.code, 4, result.stderr);
    const { code, message } = errorOf(workspace, result);
    strictEqual(code, "plan-broken");
    match(message, why);
  }
});

kernelTest("a plan for other arguments, or with another file, is refused", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const plan = await goodPlan(workspace);
  const other = await digestOfArguments(["load", "file", "other.o"]);
  const bytes = await Deno.readFile(OBJECT);
  const cases: readonly (readonly [HandoverMessage, RegExp])[] = [
    [{ ...plan, argumentsDigest: other }, /other arguments/],
    [{ ...plan, object: { path: "/etc/other.o", bytes } }, /another file than was named/],
  ];
  for (const [message, why] of cases) {
    const result = await loadWith(workspace, SEND, await encodeHandover(message));
    const { code, message: said } = errorOf(workspace, result);
    strictEqual(code, "plan-broken");
    match(said, why);
  }
});

kernelTest(
  "a plan whose bytes are another object than was decided on is refused",
  NEEDS,
  async () => {
    await using workspace = await Workspace.make();
    const plan = await goodPlan(workspace);
    const bytes = await Deno.readFile(fixture("xdp_drop"));
    const sealed = await encodeHandover({ ...plan, object: { path: OBJECT, bytes } });
    const { code, message } = errorOf(workspace, await loadWith(workspace, SEND, sealed));
    strictEqual(code, "plan-broken");
    match(message, /what was decided is about another object/);
  },
);

/** Where a false front says that the image came from. */
interface Said {
  readonly reference: string;
  readonly digest: string;
  readonly source: SourceFacts;
}

/** Lets a front say that an image of a scope that is trusted is what was named. */
async function sayImage(workspace: Workspace, name: string, policy: string, said: Said) {
  const bytes = await Deno.readFile(OBJECT);
  const objectDigest = await sha256Of(bytes);
  const rest = ["--policy", policy, "--runtime-dir", workspace.path, "-o", "json"];
  const args = ["load", "image", name, "--programs", "xdp:xdp_pass", ...rest];
  const { reference, digest, source } = said;
  const plan = await encodeHandover({
    kind: "plan",
    argumentsDigest: await digestOfArguments(args),
    phases: [],
    object: {
      image: {
        reference,
        digest,
        manifestDigest: digest,
        pullPolicy: PullPolicy.NEVER,
        form: ImageForm.LABELS,
        bytes,
        objectDigest,
        statement: null,
      },
    },
    admission: {
      source,
      objectDigest,
      signer: { kind: "key", fingerprint: "0" },
      decision: { allowed: true, reason: "", scope: "", rule: "", where: "" },
      warnings: [],
    },
  });
  return await startWith({ workspace, plan, args });
}

kernelTest("a plan with an image of another scope than was named is refused", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const policy = `${workspace.path}/policy.json`;
  await Deno.writeTextFile(policy, '{ "scopes": { "q.io/good": { "action": "accept" } } }');
  const [digest, other] = [`sha256:${"1".repeat(64)}`, `sha256:${"2".repeat(64)}`];
  const source = (repository: string) => ({ kind: "image", repository, digest }) as const;
  const good: Said = { reference: "q.io/good/x:v1", digest, source: source("q.io/good/x") };
  const bad = { ...good, reference: "q.io/bad/x:v1" };
  const layout: Said = { ...good, source: { kind: "layout", path: "/srv", digest } };
  const cases = [
    ["q.io/bad/x:v1", good, /brings another image than was named/],
    ["q.io/bad/x:v1", bad, /brings another image than was named/],
    ["q.io/bad/x:v1", { ...bad, source: source("q.io/bad/x") }, /is not a trusted source/],
    ["q.io/good/x:v1", layout, /brings another image than was named/],
    [`q.io/good/x@${other}`, good, /brings another digest than was named/],
  ] as const;
  for (const [name, said, why] of cases) {
    const result = await sayImage(workspace, name, policy, said);
    strictEqual(result.code, 4, result.stderr);
    match(errorOf(workspace, result).message, why);
  }
  const { code, stderr } = await sayImage(workspace, "q.io/good/x:v1", policy, good);
  strictEqual(code, 0, stderr);
});

kernelTest("what the policy refuses is refused by the loader too, and noted", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const policy = `${workspace.path}/policy.json`;
  const scope = { action: "accept", programs: { types: ["tc"] } };
  Deno.writeTextFileSync(policy, JSON.stringify({ scopes: { "file:": scope } }));
  const more = ["--policy", policy];
  const sealed = await encodeHandover(await goodPlan(workspace, more));
  const result = await loadWith(workspace, SEND, sealed, more);
  strictEqual(result.code, 4, result.stderr);
  strictEqual(errorOf(workspace, result).code, "policy-refused");
  const [entry] = await written(workspace);
  const { rule, source, object, error } = must(entry, "entry");
  strictEqual(error, "policy-refused");
  deepStrictEqual(source, { kind: "file", path: OBJECT });
  strictEqual(object, await sha256Of(await Deno.readFile(OBJECT)));
  const { allowed, path } = must(rule, "rule");
  strictEqual(`${allowed} ${path}`, `false scopes."file:".programs.types`);
});

kernelTest("a refusal is passed on with its exit code and no further word", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const { argumentsDigest } = await goodPlan(workspace);
  const refusal = {
    kind: "refused",
    argumentsDigest,
    phases: [],
    code: "x",
    message: "x",
    refused: null,
  } as const;
  const sealed = await encodeHandover({ ...refusal, exitCode: 4 });
  const { code, stdout, stderr } = await loadWith(workspace, `${SEND}; exit 4`, sealed);
  strictEqual(`${code} ${stdout}${stderr}`, "4 ");
  const success = await encodeHandover({ ...refusal, exitCode: 0 });
  const result = await loadWith(workspace, SEND, success);
  strictEqual(errorOf(workspace, result).code, "plan-broken");
});

kernelTest("a front inherits no descriptor that the user left open", NEEDS, async () => {
  await using workspace = await Workspace.make();
  // the shell that is the front opens some of its own: 4 and 10 are no inheritance
  const list = "for fd in /proc/$$/fd/*; do echo ${fd##*/}; done >&2; exit 3";
  const program = `${ROOT}tests/support/false_front.ts`;
  const words = ["run", "-A", "-q", program, list, ...loadArguments(workspace)];
  const shell = 'exec 5</etc/passwd 8</etc/group; exec "$@"';
  const { stderr } = await runProgram("/bin/sh", ["-c", shell, "sh", Deno.execPath(), ...words]);
  const seen = stderr.split("\n").filter((line) => /^\d+$/.test(line));
  strictEqual(seen.filter((fd) => ["5", "8"].includes(fd)).join(), "", stderr);
  strictEqual(seen.includes("3"), true, stderr);
});

kernelTest("a front that dies, fails or falls silent ends the load", NEEDS, async () => {
  await using workspace = await Workspace.make();
  const cases = [
    ["kill -9 $$", /was ended by signal 9/],
    ["exit 7", /ended with exit code 7/],
    // it closes the pipe and goes on; the test has long ended before it ends
    ["exec 3>&- 1>&- 2>&-; exec sleep 10", /goes on without saying more/],
  ] as const;
  for (const [script, why] of cases) {
    const result = await loadWith(workspace, script);
    strictEqual(result.code, 1, result.stderr);
    const { code, message } = errorOf(workspace, result);
    strictEqual(code, "front-failed");
    match(message, why);
  }
});
