/**
 * What `doctor` says of each program type on this kernel, against probes that share nothing with it:
 * those by which `types_test.ts` decides whether the type must load, attach and count here.
 *
 * @module
 */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Cli } from "../support/cli.ts";
import { FEATURES } from "../support/features.ts";
import { kernelTest } from "../support/requires.ts";
import { TYPE_CASES } from "../support/type_cases.ts";
import { Workspace } from "../support/workspace.ts";

/** A type's answer, as far as it is read here. */
interface TypeJson {
  readonly type: string;
  readonly state: string;
  readonly is_probed: boolean;
}

/** Whether everything works that the case of a type needs. */
function isWorking(needs: readonly string[]): boolean {
  return Object.entries(FEATURES).filter(([name]) => needs.includes(name))
    .every(([, feature]) => feature.probe() === "works");
}

/** Asked before the test: what the probes open stays open. */
const KNOWN: readonly string[] = Deno.uid() === 0
  ? TYPE_CASES.map(({ type, needs }) => `${type} ${isWorking(needs)}`).sort()
  : [];

kernelTest(
  "doctor is right about every program type on this kernel",
  ["root", "bpffs"],
  async () => {
    await using workspace = await Workspace.make();
    const { code, stdout, stderr } = await new Cli(workspace, "here").run(["doctor", "-o", "json"]);
    strictEqual(code, 0, stderr);

    const types: readonly TypeJson[] = JSON.parse(stdout).program_types;

    const told = types.map(({ type, state }) => `${type} ${state === "works"}`).sort();
    deepStrictEqual(told, KNOWN);
    ok(types.some(({ state }) => state === "works"));
    // root may ask for everything
    deepStrictEqual(types.filter(({ state }) => state === "unknown"), []);
    deepStrictEqual(types.filter(({ state, is_probed }) => state === "works" && !is_probed), []);
  },
);
