/**
 * Each command runs with its own permission set from deno.json and asks for nothing else.
 *
 * @module
 */
import { deepEqual, equal, notEqual } from "node:assert/strict";
import { DEFAULT_RUNTIME_DIRECTORY } from "../../core/layout.ts";
import { denoPermissionSet } from "../../cli/deno_permissions.ts";
import { PERMISSION_SETS, type PermissionSetName } from "../../cli/permissions.ts";
import { Sandbox } from "../support/sandbox.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const OBJECT = `${ROOT}tests/fixtures/many.bpf.o`;

/** One permission that was asked for. */
interface Request {
  readonly permission: string;
  readonly value: string | null;
}

/**
 * Reads the audit. Deno 2.9 notes a "write" after the "read" of every file that is opened for
 * reading only; that line is left out. A real write would fail, since the command has only its set.
 */
function readAudit(path: string): Request[] {
  const lines = Deno.readTextFileSync(path).split("\n").filter((line) => line !== "");
  const requests = lines.map((line): Request => JSON.parse(line));
  return requests.filter(({ permission, value }, at) => {
    const before = requests[at - 1];
    return permission !== "write" || before?.permission !== "read" || before.value !== value;
  });
}

/** True when a set grants a request. */
function isGranted(set: ReturnType<typeof denoPermissionSet>, request: Request): boolean {
  const granted = set[request.permission as keyof typeof set];
  if (granted === undefined) return false;
  const { value } = request;
  if (granted === true) return true;
  if (value === null) return false;
  return granted.some((item) => value === item || value.startsWith(`${item}/`));
}

/** Runs one command with its set. Gives its output as JSON. */
async function runWithSet(sandbox: Sandbox, name: PermissionSetName, line: string) {
  using audit = tempFile();
  const words = line.split(" ");
  const { code, stdout, stderr } = await sandbox.run(
    [Deno.execPath(), "run", "-q", "--no-prompt", `-P=${name}`, `${ROOT}cli/main.ts`, ...words],
    { env: { DENO_AUDIT_PERMISSIONS: audit.path } },
  );
  equal(code, 0, `${line}: ${stderr}`);
  const set = denoPermissionSet(PERMISSION_SETS[name], {
    runtimeDirectory: DEFAULT_RUNTIME_DIRECTORY,
    sources: ROOT.replace(/\/$/, ""),
  });
  const requests = readAudit(audit.path);
  const excess = requests.filter((request) => !isGranted(set, request));
  const text = excess.map(({ permission, value }) => `${permission} ${value}`).join("\n");
  equal(text, "", `${line} asked for more than the set ${name}:\n${text}`);
  return { requests, stdout, result: stdout.startsWith("{") ? JSON.parse(stdout) : undefined };
}

function tempFile(): { readonly path: string } & Disposable {
  const path = Deno.makeTempFileSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path) };
}

/** What is attached, by the type of the program. */
const ATTACHMENTS: Readonly<Record<string, (id: number) => string>> = {
  xdp: (id) => `attach ${id} xdp --iface lo --priority 5 -o json`,
  tcx: (id) => `attach ${id} tcx --iface lo --direction ingress --priority 5 -o json`,
  tracepoint: (id) => `attach ${id} tracepoint --tracepoint syscalls/sys_enter_openat -o json`,
  uprobe: (id) => `attach ${id} uprobe --target libc --fn-name malloc -o json`,
};

Deno.test("every command works with its permission set and asks for nothing else", async () => {
  await using sandbox = await Sandbox.create();
  const run = (name: PermissionSetName, line: string) => runWithSet(sandbox, name, line);
  // the second XDP program makes a chain of two
  const programs =
    "xdp:xdp_first,xdp:xdp_second,tcx:tc_first,tracepoint:many_openat,uprobe:many_uprobe";
  const { result: loaded } = await run(
    "load",
    `load file ${OBJECT} --programs ${programs} -o json`,
  );
  const links: number[] = [];
  for (const { record } of loaded.programs) {
    const line = ATTACHMENTS[record.load.program_type]?.(record.program_id);
    const { result } = await run("attach", line ?? "");
    links.push(result.record.id);
    await run("get", `get program ${record.program_id} -o json`);
    await run("get", `get link ${result.record.id} -o json`);
  }
  const { stdout: words } = await run("complete", "__complete bash -- detach ");
  deepEqual(
    words.split("\n").slice(1, -1).map((row) => Number(row.split("\t")[0])),
    links.toSorted((a, b) => a - b),
  );
  for (const line of ["attach 1 xdp ", "attach 1 tracepoint sched/", "rollback ", "image push "]) {
    await run("complete", `__complete bash -- ${line}`);
  }
  const { stdout: offered } = await run(
    "complete",
    `__complete fish -- load file ${OBJECT} --programs xdp:`,
  );
  equal(offered, "none 0 space\nxdp:xdp_first\txdp\nxdp:xdp_second\txdp\n");
  const { result: listed, requests } = await run("list", "list programs --all -o json");
  equal(listed.programs.filter((row: { managed: boolean }) => row.managed).length, 5);
  notEqual(requests.length, 0, "the audit recorded nothing");
  equal((await run("list", "list links -o json")).result.links.length, 5);
  equal((await run("status", "status --record -o json")).result.status, "fine");
  equal((await run("doctor", "doctor -o json")).result.is_fine, true);
  const { result: repaired } = await run("repair", "repair --rebuild-store -o json");
  deepEqual([repaired.steps, repaired.left], [[], []]);
  const [first, ...others] = loaded.programs;
  const { result: replaced } = await run(
    "attach",
    `program replace ${first.record.program_id} --with ${OBJECT} -o json`,
  );
  await run("detach", `detach ${links.join(" ")} -o json`);
  const ids = [replaced.program, ...others].map((row: { record: { program_id: number } }) =>
    row.record.program_id
  );
  await run("unload", `unload ${ids.join(" ")} -o json`);
  deepEqual((await run("list", "list programs -o json")).result, { programs: [] });
  await run("version", "version --verbose -o json");
});

Deno.test("help and version ask for nothing at all, help of a command for its modules", async () => {
  await using sandbox = await Sandbox.create();
  for (const line of ["--help", "help", "version"]) {
    deepEqual((await runWithSet(sandbox, "help", line)).requests, [], line);
  }
  await runWithSet(sandbox, "help", "help attach xdp");
});

Deno.test("isGranted() refuses what a set does not name", () => {
  const set = denoPermissionSet(PERMISSION_SETS.list, { runtimeDirectory: "/run/x" });
  equal(isGranted(set, { permission: "read", value: "/run/x/db/state.json" }), true);
  equal(isGranted(set, { permission: "read", value: "/run/xy" }), false);
  equal(isGranted(set, { permission: "write", value: "/run/x" }), false);
  equal(isGranted(set, { permission: "net", value: "example.com" }), false);
  equal(isGranted(set, { permission: "env", value: null }), false);
});
