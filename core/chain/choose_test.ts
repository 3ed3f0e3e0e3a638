import { deepStrictEqual, match, ok, rejects } from "node:assert/strict";
import { fakeKernel } from "../../tests/support/fake_kernel.ts";
import { programRecord, storeState } from "../../tests/support/records.ts";
import { BpfmanError } from "../errors.ts";
import { Layout } from "../layout.ts";
import { chooseEngines, type EngineQuestion } from "./choose.ts";
import type { ChainMember } from "./model.ts";

const HOOK = { kind: "xdp", interface: "eth0", ifindex: 4, netns: null, nsid: 7 } as const;

/** A question about as many members as there are proceed-on sets. */
function question(
  choice: EngineQuestion["choice"],
  proceedOn: readonly (readonly number[])[],
): EngineQuestion {
  const members = proceedOn.map((codes, at): ChainMember => ({
    linkId: at + 1,
    programId: 10,
    priority: 50,
    proceedOn: codes,
  }));
  const machine = {
    kernel: fakeKernel({ host: { release: "6.1.0", capabilities: () => new Set<string>() } }),
    layout: new Layout("/nowhere"),
    now: () => new Date(0),
  };
  const state = storeState([programRecord(10)]);
  return { context: { machine, state }, spec: { hook: HOOK, members, mode: null }, choice };
}

Deno.test("chooseEngines() takes one program alone directly, whatever was asked for", async () => {
  for (const choice of ["auto", "compose", "freplace"] as const) {
    const options = await chooseEngines(question(choice, [[2, 31]]));
    deepStrictEqual(options.map(({ engine }) => engine.name), ["direct"], choice);
    match(options[0]?.reason ?? "", /one program alone/);
  }
});

Deno.test("chooseEngines() refuses more than ten programs for freplace, with the way out", async () => {
  const eleven = Array.from({ length: 11 }, () => [2, 31]);
  await rejects(chooseEngines(question("freplace", eleven)), (error) => {
    ok(error instanceof BpfmanError);
    deepStrictEqual(error.code, "chain-refused");
    match(error.message, /Cannot run 11 programs on "eth0": freplace: .*10 slots/);
    match(error.hint ?? "", /--engine compose/);
    return true;
  });
});
