import { deepStrictEqual } from "node:assert/strict";
import {
  declaredLink,
  declaredProgram,
  samplePlan,
  wanted,
  XDP,
} from "../../tests/support/declared.ts";
import { linkRecord, programRecord, storeState } from "../../tests/support/records.ts";
import type { StoreState } from "../store/state.ts";
import type { ProgramRecord } from "../types.ts";
import type { PlanFacts } from "./plan.ts";
import type { ApplicationPlan, DesiredProgram } from "./types.ts";

const DECLARED = { application: "shield", generation: 1 };

/** Steps in one line each. */
function steps({ programs, links }: ApplicationPlan): string[] {
  return [
    ...programs.map((step) => {
      if (step.kind === "load") return `load ${step.name}`;
      return `${step.kind} ${step.name} ${step.kind === "keep" ? step.programId : step.from}`;
    }),
    ...links.map((step) => {
      if (step.kind === "attach") return `attach ${step.program} ${step.link.target.kind}`;
      return `${step.kind} ${step.program} ${step.linkId}`;
    }),
  ];
}

interface Case {
  readonly title: string;
  readonly programs: readonly DesiredProgram[] | null;
  readonly rows: StoreState;
  readonly more?: Partial<PlanFacts>;
  readonly steps: readonly string[];
}

const ONE = storeState([declaredProgram(10)], [declaredLink(1, 10)]);
const OLD = "sha256:0123";

const CASES: readonly Case[] = [
  {
    title: "loads and attaches what is not there",
    programs: [wanted([XDP])],
    rows: storeState([]),
    steps: ["load guard", "attach guard xdp"],
  },
  {
    title: "keeps what is as it shall be",
    programs: [wanted([XDP])],
    rows: ONE,
    steps: ["keep guard 10", "keep guard 1"],
  },
  {
    title: "takes no program and no link that was made by hand",
    programs: [wanted([XDP])],
    rows: storeState([programRecord(9, { name: "guard" })], [
      linkRecord(1, 9, { details: declaredLink(1, 9).details }),
    ]),
    steps: ["load guard", "attach guard xdp"],
  },
  {
    title: "takes nothing of another application",
    programs: [wanted([XDP])],
    rows: storeState([declaredProgram(9, { declared: { application: "other", generation: 1 } })], [
      declaredLink(1, 9, { declared: { application: "other", generation: 1 } }),
    ]),
    steps: ["load guard", "attach guard xdp"],
  },
  {
    title: "leaves alone what was attached by hand to its program",
    programs: [wanted([])],
    rows: storeState([declaredProgram(10)], [
      linkRecord(3, 10, { details: declaredLink(3, 10).details }),
    ]),
    steps: ["keep guard 10"],
  },
  {
    title: "replaces a version that has links, which stay",
    programs: [wanted([XDP])],
    rows: storeState([declaredProgram(10, { objectDigest: OLD })], [declaredLink(1, 10)]),
    steps: ["replace guard 10", "keep guard 1"],
  },
  {
    title: "replaces a version that has a link by hand only",
    programs: [wanted([])],
    rows: storeState([declaredProgram(10, { objectDigest: OLD })], [linkRecord(3, 10)]),
    steps: ["replace guard 10"],
  },
  {
    title: "replaces a version that has maps and no links",
    programs: [wanted([])],
    rows: storeState([
      declaredProgram(10, { objectDigest: OLD, mapIds: { hits: 4, ".rodata": 5 } }),
    ]),
    steps: ["replace guard 10"],
  },
  {
    title: "loads beside a version that has maps of variables only",
    programs: [wanted([])],
    rows: storeState([declaredProgram(10, { objectDigest: OLD, mapIds: { ".rodata": 5 } })]),
    steps: ["load guard", "unload guard 10"],
  },
  {
    title: "replaces a version of which nobody knows whether it has maps",
    programs: [wanted([])],
    rows: storeState([programRecord(10, { name: "guard", objectDigest: OLD, declared: DECLARED })]),
    steps: ["replace guard 10"],
  },
  {
    title: "replaces a version with other globals",
    programs: [wanted([XDP])],
    rows: storeState([declaredProgram(10, { globals: { limit: "AQAAAA==" } })], [
      declaredLink(1, 10),
    ]),
    steps: ["replace guard 10", "keep guard 1"],
  },
  {
    title: "makes a program of another type anew, with its links",
    programs: [
      wanted([{ kind: "tc", interface: "eth0", direction: "ingress", priority: 50 }], {
        type: "tc",
      }),
    ],
    rows: ONE,
    steps: ["load guard", "unload guard 10", "attach guard tc", "detach guard 1"],
  },
  {
    title: "unloads a program that is not wanted any more, and cuts its links",
    programs: [],
    rows: ONE,
    steps: ["unload guard 10", "detach guard 1"],
  },
  {
    title: "takes an application away",
    programs: null,
    rows: storeState([declaredProgram(10), declaredProgram(11, { name: "count" })], [
      declaredLink(1, 10),
      declaredLink(2, 11),
    ]),
    steps: ["unload guard 10", "unload count 11", "detach guard 1", "detach count 2"],
  },
  {
    title: "attaches a link again that was taken away",
    programs: [wanted([XDP])],
    rows: storeState([declaredProgram(10)]),
    steps: ["keep guard 10", "attach guard xdp"],
  },
  {
    title: "loads a program again that was taken away, with a link that is left over",
    programs: [wanted([XDP])],
    rows: storeState([], [declaredLink(1, 10)]),
    steps: ["load guard", "attach guard xdp", "detach  1"],
  },
  {
    title: "makes anew what the kernel has lost",
    programs: [wanted([XDP, { ...XDP, interface: "eth1" }])],
    rows: storeState([declaredProgram(10)], [
      declaredLink(1, 10),
      declaredLink(2, 10, {
        details: { ...declaredLink(2, 10).details, interface: "eth1" } as never,
      }),
    ]),
    more: { gone: { programs: new Set(), links: new Set([1]) } },
    steps: ["keep guard 10", "attach guard xdp", "keep guard 2", "detach guard 1"],
  },
  {
    title: "makes a program anew that the kernel has lost, with its links",
    programs: [wanted([XDP])],
    rows: ONE,
    more: { gone: { programs: new Set([10]), links: new Set() } },
    steps: ["load guard", "unload guard 10", "attach guard xdp", "detach guard 1"],
  },
  {
    title: "goes on from the version that is right where there are two",
    programs: [wanted([XDP])],
    rows: storeState([declaredProgram(10), declaredProgram(11, { objectDigest: OLD })], [
      declaredLink(1, 10),
    ]),
    steps: ["keep guard 10", "unload guard 11", "keep guard 1"],
  },
  {
    title: "goes on from the newest version where none is right",
    programs: [wanted([XDP])],
    rows: storeState([
      declaredProgram(10, { objectDigest: OLD }),
      declaredProgram(11, { objectDigest: OLD }),
    ], [
      declaredLink(1, 11),
    ]),
    steps: ["replace guard 11", "unload guard 10", "keep guard 1"],
  },
  {
    title: "changes the priority of a link where it is",
    programs: [wanted([{ ...XDP, priority: 10 }])],
    rows: ONE,
    steps: ["keep guard 10", "update guard 1"],
  },
  {
    title: "pairs two links of one place with those that fit them best",
    programs: [wanted([{ ...XDP, priority: 60 }, XDP, { ...XDP, priority: 5 }])],
    rows: storeState([declaredProgram(10)], [
      declaredLink(1, 10),
      declaredLink(2, 10, { details: { ...declaredLink(2, 10).details, priority: 60 } as never }),
    ]),
    steps: ["keep guard 10", "keep guard 2", "keep guard 1", "attach guard xdp"],
  },
  {
    title: "keeps the order of the manifest",
    programs: [wanted([XDP], { name: "b" }), wanted([XDP], { name: "a" })],
    rows: storeState([declaredProgram(10, { name: "a" })], []),
    steps: ["load b", "keep a 10", "attach b xdp", "attach a xdp"],
  },
];

for (const { title, programs, rows, more, steps: expected } of CASES) {
  Deno.test(`planApplication() ${title}`, () => {
    deepStrictEqual(steps(samplePlan(programs, rows, more)), expected);
  });
}

const LOADED_FOR: readonly (readonly [string, Partial<ProgramRecord>, Partial<DesiredProgram>])[] =
  [
    ["another function", { type: "fentry", attachFunction: "do_unlinkat" }, {
      type: "fentry",
      attachFunction: "do_mkdirat",
    }],
    ["a function", { type: "fentry" }, { type: "fentry", attachFunction: "do_mkdirat" }],
  ];

for (const [what, before, after] of LOADED_FOR) {
  Deno.test(`planApplication() makes the link anew of a program for ${what}`, () => {
    const details = { kind: "fentry", functionName: "do_unlinkat" } as const;
    const rows = storeState([declaredProgram(10, before)], [
      linkRecord(1, 10, { details, declared: DECLARED }),
    ]);
    deepStrictEqual(steps(samplePlan([wanted([{ kind: "fentry" }], after)], rows)), [
      "replace guard 10",
      "attach guard fentry",
      "detach guard 1",
    ]);
  });
}
