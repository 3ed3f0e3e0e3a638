// The units as systemd itself judges them, and the commands as a user runs them.
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { ROOT } from "../support/cli.ts";
import { type ProgramResult, runProgram } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";

const NEEDS = ["command:systemd-analyze"] as const;

function folder() {
  const path = Deno.makeTempDirSync({ prefix: "bpfman-units-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

function bpfman(...args: readonly string[]): Promise<ProgramResult> {
  return runProgram(Deno.execPath(), ["run", "-q", "-P=units", `${ROOT}mod.ts`, ...args], {
    cwd: ROOT,
  });
}

async function install(directory: string): Promise<string[]> {
  const { code, stdout, stderr } = await bpfman("install-unit", "--dir", directory, "-o", "json");
  strictEqual(code, 0, stderr);
  return JSON.parse(stdout).units.map(({ path }: { path: string }) => path);
}

/** Lines of systemd that are about our units and not about others of this machine. */
function ownLines({ stdout, stderr }: ProgramResult): string[] {
  return `${stdout}\n${stderr}`.split("\n").filter((line) => /bpfman/.test(line));
}

kernelTest("systemd finds nothing wrong in the units", NEEDS, async () => {
  using made = folder();
  const units = await install(made.path);
  strictEqual(units.length, 4);
  const judged = await runProgram("systemd-analyze", ["verify", "--man=no", ...units]);
  deepStrictEqual(ownLines(judged), []);
  strictEqual(judged.code, 0);
});

kernelTest("systemd says so when something is wrong in a unit", NEEDS, async () => {
  using made = folder();
  const [, restore = ""] = await install(made.path);
  const text = Deno.readTextFileSync(restore);
  Deno.writeTextFileSync(restore, text.replace("ProtectSystem=strict", "ProtectSystem=nonsense"));
  const judged = await runProgram("systemd-analyze", ["verify", "--man=no", restore]);
  match(ownLines(judged).join("\n"), /protect system.*nonsense/);
});

kernelTest("systemd counts little exposure of the services", NEEDS, async () => {
  using made = folder();
  const [, restore = "", status = ""] = await install(made.path);
  for (const [unit, most] of [[restore, 4.5], [status, 4.5]] as const) {
    const { stdout, stderr } = await runProgram("systemd-analyze", [
      ...["security", "--offline=true", "--no-pager", unit],
    ]);
    const exposure = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1];
    ok(Number(exposure) > 0 && Number(exposure) <= most, `${exposure} of ${unit}\n${stderr}`);
  }
});

Deno.test("install-unit prints, writes, links and takes away", async () => {
  using made = folder();
  const { path } = made;
  const printed = await bpfman("install-unit", "--dir", path, "--dry-run");
  match(printed.stdout, /^# .*\/bpfman-restore\.service\n# Made by bpfman/m);
  deepStrictEqual([...Deno.readDirSync(path)], []);
  const written = await bpfman("install-unit", "--dir", path, "--enable");
  strictEqual(written.code, 0, written.stderr);
  match(written.stdout, /^linked: .*\/sysinit\.target\.wants\/bpfman-restore\.service$/m);
  match(written.stdout, /^next:\n {2}systemctl daemon-reload\n/m);
  const again = await bpfman("install-unit", "--dir", path, "--enable");
  deepStrictEqual([...again.stdout.matchAll(/^(\w+): /gm)].map(([, word]) => word), [
    ...Array(6).fill("unchanged"),
  ]);
  const gone = await bpfman("uninstall-unit", "--dir", path);
  strictEqual([...gone.stdout.matchAll(/^removed: /gm)].length, 6);
  const nothing = await bpfman("uninstall-unit", "--dir", path);
  deepStrictEqual([nothing.code, nothing.stdout], [0, ""]);
  match(nothing.stderr, /no unit of ours/);
});
