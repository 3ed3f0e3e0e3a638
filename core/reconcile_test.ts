import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { sampleIntent } from "../tests/support/declared.ts";
import { linkRecord, programRecord, storeState } from "../tests/support/records.ts";
import { describeRepair } from "./describe_repair.ts";
import { type Projection, projectRepairs } from "./project.ts";
import { type Observation, planRepairs, type Repair } from "./reconcile.ts";
import type { StoreState } from "./store/state.ts";
import type { LinkDetails } from "./types.ts";

function seen(changes: Partial<Observation>): Observation {
  return {
    pinned: new Set(),
    folders: new Set(),
    infos: new Map(),
    foreignPins: new Set(),
    isOtherBoot: false,
    provenance: new Map(),
    pinnedLinks: new Set(),
    severedLinks: new Set(),
    ...changes,
  };
}

/** What a kernel would say; no table has a hook. */
const ASKS: Projection = { kernelLinkId: () => 77, projectHook: (state) => state };

const ONE = programRecord(1);
const TWO = programRecord(2);
const LINK = linkRecord(5, 1);
const PENDING = linkRecord(6, 1, { kernelLinkId: null });

/** A row from before there were chains. */
const OLD_TC = linkRecord(7, 1, {
  kernelLinkId: null,
  pinPath: "",
  details: {
    kind: "tc",
    interface: "eth0",
    ifindex: 4,
    netns: null,
    nsid: 7,
    direction: "ingress",
    priority: 50,
    filterPriority: 51,
    filterHandle: 1,
  } as unknown as LinkDetails,
});

/** What there is, and what must be done. */
const TABLE: Readonly<
  Record<string, { state: StoreState; seen: Partial<Observation>; plan: readonly Repair[] }>
> = {
  "nothing at all": { state: storeState([]), seen: {}, plan: [] },
  "rows that agree with pins": {
    state: storeState([ONE], [LINK]),
    seen: { pinned: new Set([1]), folders: new Set([1]), pinnedLinks: new Set([5]) },
    plan: [],
  },
  "a folder without a pin or row": {
    state: storeState([]),
    seen: { folders: new Set([3]) },
    plan: [{ kind: "undo-program", id: 3 }],
  },
  "a pin without a folder or row, which is not ours,": {
    state: storeState([]),
    seen: { pinned: new Set([3]) },
    plan: [],
  },
  "a pin under a name of ours with a program of others": {
    state: storeState([ONE]),
    seen: { folders: new Set([1, 3]), foreignPins: new Set([1, 3]) },
    plan: [{ kind: "forget-program", record: ONE }],
  },
  "rows of another boot": {
    state: storeState([ONE], [LINK]),
    seen: { isOtherBoot: true, pinned: new Set([1]), pinnedLinks: new Set([5]) },
    plan: [{ kind: "forget-boot", state: storeState([ONE], [LINK]) }],
  },
  "a load of two, one of which was unloaded since": {
    state: storeState([]),
    seen: {
      pinned: new Set([1]),
      folders: new Set([1]),
      provenance: new Map([[1, { record: ONE, batch: [1, 2] }]]),
    },
    plan: [{ kind: "adopt-program", record: ONE }],
  },
  "a whole load without rows": {
    state: storeState([]),
    seen: {
      pinned: new Set([1, 2]),
      folders: new Set([1, 2]),
      provenance: new Map([
        [1, { record: ONE, batch: [1, 2] }],
        [2, { record: TWO, batch: [1, 2] }],
      ]),
    },
    plan: [{ kind: "adopt-program", record: ONE }, { kind: "adopt-program", record: TWO }],
  },
  "half a load without rows": {
    state: storeState([]),
    seen: {
      pinned: new Set([1]),
      folders: new Set([1, 2]),
      provenance: new Map([[1, { record: ONE, batch: [1, 2] }]]),
    },
    plan: [{ kind: "undo-program", id: 1 }, { kind: "undo-program", id: 2 }],
  },
  "a row without a pin": {
    state: storeState([ONE, TWO]),
    seen: { pinned: new Set([2]), folders: new Set([1, 2]) },
    plan: [{ kind: "forget-program", record: ONE }],
  },
  "a pending link with a pin": {
    state: storeState([ONE], [PENDING]),
    seen: { pinned: new Set([1]), pinnedLinks: new Set([6]) },
    plan: [{ kind: "finish-link", id: 6 }],
  },
  "a pending link without a pin": {
    state: storeState([ONE], [PENDING]),
    seen: { pinned: new Set([1]) },
    plan: [{ kind: "drop-link", id: 6 }],
  },
  "a finished link without a pin": {
    state: storeState([ONE], [LINK]),
    seen: { pinned: new Set([1]) },
    plan: [{ kind: "drop-link", id: 5 }],
  },
  "a TC link from before there were chains": {
    state: storeState([ONE], [OLD_TC]),
    seen: { pinned: new Set([1]) },
    plan: [{ kind: "adopt-link", record: OLD_TC }],
  },
  "a link without its interface": {
    state: storeState([ONE], [LINK]),
    seen: { pinned: new Set([1]), pinnedLinks: new Set([5]), severedLinks: new Set([5]) },
    plan: [{ kind: "drop-severed-link", id: 5 }],
  },
};

for (const [what, { state, seen: changes, plan }] of Object.entries(TABLE)) {
  Deno.test(`planRepairs() mends ${what}`, () => {
    deepStrictEqual(planRepairs(state, seen(changes)), plan);
  });
}

Deno.test("planRepairs() has nothing to do after its own plan", () => {
  for (const { state, seen: changes, plan } of Object.values(TABLE)) {
    const after = projectRepairs(state, plan, ASKS);
    const pinned = new Set(after.programs.keys());
    const pinnedLinks = new Set(after.links.keys());
    const now = seen({ pinned, folders: pinned, pinnedLinks });
    deepStrictEqual(planRepairs(after, now), [], JSON.stringify(changes));
  }
});

Deno.test("projectRepairs() leaves the given state as it is", () => {
  const state = storeState([ONE], [LINK]);
  const repairs: Repair[] = [{ kind: "forget-program", record: ONE }, { kind: "drop-link", id: 5 }];
  const after = projectRepairs(state, repairs, ASKS);
  deepStrictEqual([after.programs.size, after.links.size], [0, 0]);
  deepStrictEqual([state.programs.size, state.links.size], [1, 1]);
});

Deno.test("projectRepairs() gives a finished link the kernel's id", () => {
  const state = storeState([ONE], [PENDING]);
  const after = projectRepairs(state, [{ kind: "finish-link", id: 6 }], ASKS);
  strictEqual(after.links.get(6)?.kernelLinkId, 77);
});

Deno.test("describeRepair() names the object of every repair", () => {
  for (const { plan } of Object.values(TABLE)) {
    for (const repair of plan) {
      match(describeRepair(repair).message, /(program|link) \d+|\d+ program/);
    }
  }
});

Deno.test("projectRepairs() makes a link from before there were chains a chain of one", () => {
  const state = storeState([ONE], [OLD_TC]);
  const after = projectRepairs(state, [{ kind: "adopt-link", record: OLD_TC }], ASKS);
  const chain = after.hooks.get("tc-ingress_7_4")?.current;
  deepStrictEqual(chain?.members, [
    { linkId: 7, programId: 1, priority: 50, proceedOn: [3, 30] },
  ]);
  deepStrictEqual(chain?.seat.kind === "tc" && chain.seat.filterPriority, 51);
});

const JOURNAL = sampleIntent({ replaced: 1, before: [LINK], after: [LINK] });

Deno.test("planRepairs() takes an apply up once all else is mended", () => {
  const state = { ...storeState([ONE, TWO], [LINK]), apply: JOURNAL };
  const plan = planRepairs(state, seen({ pinned: new Set([1]), pinnedLinks: new Set([5]) }));
  deepStrictEqual(plan, [
    { kind: "forget-program", record: TWO },
    { kind: "resume-apply", intent: JOURNAL },
  ]);
});

Deno.test("planRepairs() forgets an apply of another boot with the rows", () => {
  for (const rows of [storeState([ONE], [LINK]), storeState([])]) {
    const state = { ...rows, apply: JOURNAL };
    const plan = planRepairs(state, seen({ isOtherBoot: true }));
    deepStrictEqual(plan, [{ kind: "forget-boot", state }]);
    const after = projectRepairs(state, plan, ASKS);
    deepStrictEqual([after.programs.size, after.links.size, after.apply], [0, 0, undefined]);
  }
});
