import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { linkRecord, programRecord, storeState } from "../../../tests/support/records.ts";
import { hookKey } from "../../chain/model.ts";
import type { ChainHook, EngineName } from "../../chain/model.ts";
import type { HookRecord } from "../../chain/record.ts";
import type { LinkRecord } from "../../types.ts";
import { sourcesOf } from "./sources.ts";

function hook(ifindex: number): ChainHook {
  return { kind: "xdp", interface: `eth${ifindex}`, ifindex, netns: null, nsid: 7 };
}

function hookRecord(ifindex: number, engine: EngineName, mainProgramId: number): HookRecord {
  return {
    version: 1,
    hook: hook(ifindex),
    current: {
      revision: 1,
      choice: "auto",
      engine,
      reason: "",
      members: [],
      mode: "native",
      isModeForced: false,
      mainProgramId,
      seat: { kind: "xdp", pinPath: "/run/x", kernelLinkId: 1 },
    },
    next: null,
  };
}

function xdpLink(id: number, ifindex: number): LinkRecord {
  const { kind: _, ...place } = hook(ifindex);
  const details = {
    ...place,
    kind: "xdp",
    priority: 50,
    proceedOn: [2, 31],
    mode: "native",
    isModeForced: false,
  } as const;
  return linkRecord(id, 10, { details });
}

function sources(
  links: readonly LinkRecord[],
  hooks: readonly HookRecord[],
  type = "xdp" as const,
) {
  const state = {
    ...storeState([programRecord(10, { type })], links),
    hooks: new Map(hooks.map((record) => [hookKey(record.hook), record])),
  };
  return sourcesOf(state, { application: "shield", program: "guard", programId: 10 });
}

Deno.test("sourcesOf() asks a program alone on its hook itself", () => {
  const found = sources([xdpLink(1, 4)], [hookRecord(4, "direct", 10)]);
  deepStrictEqual([found.isRunAlone, found.composed, found.xdpMains], [true, [], [10]]);
  strictEqual(found.uncounted ?? found.unseen, null);
});

Deno.test("sourcesOf() asks composed chains for their members, each hook once", () => {
  const found = sources([xdpLink(1, 4), xdpLink(2, 4)], [hookRecord(4, "compose", 99)]);
  strictEqual(found.isRunAlone, false);
  deepStrictEqual(found.composed.map(({ links, mainProgramId }) => [links, mainProgramId]), [
    [[1, 2], 99],
  ]);
  deepStrictEqual(found.xdpMains, [99]);
});

Deno.test("sourcesOf() asks both for a program that is alone here and a member there", () => {
  const found = sources([xdpLink(1, 4), xdpLink(2, 5)], [
    hookRecord(4, "direct", 10),
    hookRecord(5, "compose", 99),
  ]);
  strictEqual(found.isRunAlone, true);
  strictEqual(found.composed.length, 1);
  deepStrictEqual(found.xdpMains, [10, 99]);
});

Deno.test("sourcesOf() knows who does not count, and who is not seen", () => {
  const extended = sources([xdpLink(1, 4)], [hookRecord(4, "freplace", 98)]);
  match(extended.uncounted ?? "", /extension programs .engine freplace/);
  strictEqual(extended.unseen, null);
  deepStrictEqual(extended.xdpMains, [98]);
  const shared = sources([xdpLink(1, 4)], [hookRecord(4, "libxdp", 0)]);
  match(shared.uncounted ?? "", /engine libxdp/);
  match(shared.unseen ?? "", /shared with others/);
});

Deno.test("sourcesOf() asks programs with other links, and those without, themselves", () => {
  const tracepoint = storeState([programRecord(10, { type: "tracepoint" })], [linkRecord(1, 10)]);
  const subject = { application: "shield", program: "probe", programId: 10 };
  const found = sourcesOf(tracepoint, subject);
  deepStrictEqual([found.isRunAlone, found.xdpMains], [true, null]);
  deepStrictEqual(sources([], []).isRunAlone, true);
});
