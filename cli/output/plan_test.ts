import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { effectsOf } from "../../core/declared/effects.ts";
import type { MapEffect } from "../../core/declared/effect_types.ts";
import {
  declaredLink,
  declaredProgram,
  samplePlan,
  wanted,
  XDP,
} from "../../tests/support/declared.ts";
import { linkRecord, programRecord, storeState } from "../../tests/support/records.ts";
import { planJson } from "./plan_json.ts";
import { planText } from "./plan_text.ts";
import { PLAIN_STYLE } from "./style.ts";

const OLD = `sha256:${"01".repeat(32)}`;
const ROWS = storeState(
  [
    declaredProgram(10, { objectDigest: OLD }),
    declaredProgram(11, { name: "gone", mapIds: {} }),
    programRecord(12, { name: "logger" }),
  ],
  [
    declaredLink(1, 10),
    declaredLink(2, 11, { details: { ...declaredLink(2, 11).details, priority: 70 } as never }),
    linkRecord(3, 12, { details: declaredLink(3, 12).details }),
    linkRecord(4, 11),
  ],
);
const MAPS: readonly (readonly MapEffect[])[] = [[
  { name: "hits", fate: "kept", reason: null },
  { name: "flows", fate: "incompatible", reason: "value_size: the object declares 8, …" },
  { name: "fresh", fate: "created", reason: null },
], []];

function sample() {
  const programs = [
    wanted([{ ...XDP, priority: 60, proceedOn: ["drop"] }]),
    wanted([{ kind: "xdp", interface: "eth0", priority: 10, netns: "/run/netns/blue" }, XDP], {
      name: "count",
    }),
  ];
  const last = { ...samplePlan([], ROWS).generation, number: 4 };
  const plan = samplePlan(programs, ROWS, { last });
  const decision = {
    allowed: true,
    reason: "",
    scope: "file:/opt",
    rule: 'scopes."file:/opt"',
    where: "/etc/bpfman/policy.jsonc:4",
  };
  const verdict = {
    source: plan.generation.object.source,
    objectDigest: plan.generation.object.objectDigest,
    signer: null,
    decision,
    warnings: ["nobody signed it"],
  };
  return effectsOf({ applications: [{ plan, last, maps: MAPS, verdict }], rows: ROWS });
}

Deno.test("planText() shows what comes, changes and goes", () => {
  strictEqual(
    planText(sample(), PLAIN_STYLE),
    `\
shield: generation 5 (now 4), owner default
    allowed by scopes."file:/opt" (/etc/bpfman/policy.jsonc:4)
  ! nobody signed it
  ~ program 10 guard (xdp) sha256:010101010101 -> sha256:abababababab
      map hits: kept
    ! map flows: begins anew, empty (value_size: the object declares 8, …)
    + map fresh: new
  + program count (xdp) sha256:abababababab
  - program 11 gone (xdp) sha256:abababababab
  ~ link 1 of guard on xdp eth0: priority 50 -> 60, proceed-on pass,dispatcher_return -> drop
  + link of count on xdp eth0 in /run/netns/blue
  + link of count on xdp eth0
  - link 2 of gone on xdp eth0
  ! link 4, made by hand, goes with its program

xdp eth0
    50 logger  link 3, by hand, proceeds on pass dispatcher_return
  + 50 count   shield, proceeds on pass dispatcher_return
  ~ 60 guard   link 1, shield, new version, priority was 50, proceeds on drop
  - 70 gone    link 2, shield, proceeds on pass dispatcher_return

xdp eth0 in /run/netns/blue
  + 10 count  shield, proceeds on pass dispatcher_return

needs CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF
`,
  );
});

Deno.test("planText() says what is unchanged, and shows nothing of it", () => {
  const rows = storeState([declaredProgram(10)], [declaredLink(1, 10)]);
  const last = samplePlan([wanted([XDP])], rows).generation;
  const plan = samplePlan([wanted([XDP])], rows, { last });
  const effects = effectsOf({ applications: [{ plan, last, verdict: null }], rows });
  strictEqual(planText(effects, PLAIN_STYLE), "shield: unchanged, generation 1\n");
  strictEqual(planJson(effects).unchanged, true);
});

Deno.test("planText() tells drift from another generation, and a removal", () => {
  const rows = storeState([declaredProgram(10)]);
  const last = samplePlan([wanted([XDP])], rows).generation;
  const text = (desired: Parameters<typeof samplePlan>[0]) => {
    const plan = samplePlan(desired, rows, { last });
    const effects = effectsOf({ applications: [{ plan, last, verdict: null }], rows });
    return planText(effects, PLAIN_STYLE).split("\n")[0];
  };
  strictEqual(text([wanted([XDP])]), "shield: generation 1, as declared, owner default");
  strictEqual(text(null), "shield: taken away, generation 2 (now 1), owner default");
});

Deno.test("planText() shows a refusal with its rule and its reason", () => {
  const plan = samplePlan([wanted([XDP])], storeState([]));
  const decision = {
    allowed: false,
    reason: "root only",
    scope: "default",
    rule: "default.action",
    where: "/etc/p:2",
  };
  const verdict = {
    source: plan.generation.object.source,
    objectDigest: null,
    signer: null,
    decision,
  };
  const rows = storeState([]);
  const effects = effectsOf({ applications: [{ plan, last: null, verdict }], rows });
  const [, line] = planText(effects, PLAIN_STYLE).split("\n");
  strictEqual(line, "  ! refused by default.action (/etc/p:2): root only");
  const [application] = planJson(effects).applications;
  strictEqual(application?.verdict?.allowed, false);
  strictEqual(application?.verdict?.reason, "root only");
});

Deno.test("planJson() has the order of a hook before and after", () => {
  const json = planJson(sample());
  const [chain] = json.chains;
  interface Place {
    readonly program: string;
    readonly mark: string;
    readonly link_id: number | null;
  }
  const lines = (places: readonly Place[] = []) =>
    places.map(({ program, mark, link_id }) => `${mark} ${program} ${link_id}`);
  deepStrictEqual(lines(chain?.before), ["changed guard 1", "same logger 3", "gone gone 2"]);
  deepStrictEqual(lines(chain?.after), ["same logger 3", "new count null", "changed guard 1"]);
  strictEqual(json.unchanged, false);
});
