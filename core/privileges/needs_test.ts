import { deepStrictEqual } from "node:assert/strict";
import { composeEngine } from "../chain/compose/engine.ts";
import { directEngine } from "../chain/direct.ts";
import { freplaceEngine } from "../chain/freplace/engine.ts";
import { libxdpEngine } from "../chain/libxdp/engine.ts";
import { alwaysNeeded, capabilitiesFor, neededForLink } from "./needs.ts";
import { SITUATION_NEEDS } from "./rules.ts";
import { CHANGE_VERBS, SITUATIONS } from "./types.ts";
import { findVerb, situationsOf, VERB_FACTS } from "./verbs.ts";

Deno.test("capabilitiesFor() names each capability once, by number, and no more than is asked", () => {
  const load = { verb: "load", types: ["xdp", "kprobe", "tc"] } as const;
  deepStrictEqual(capabilitiesFor(load), ["CAP_NET_ADMIN", "CAP_PERFMON", "CAP_BPF"]);
  deepStrictEqual(capabilitiesFor({ verb: "attach", attachKinds: ["tcx", "fentry"] }), []);
  deepStrictEqual(capabilitiesFor({ verb: "attach", attachKinds: ["uprobe"] }), ["CAP_SYS_ADMIN"]);
  deepStrictEqual(capabilitiesFor({ verb: "detach", attachKinds: ["uprobe"] }), []);
  const probe = { verb: "attach", attachKinds: ["kprobe"] } as const;
  deepStrictEqual(capabilitiesFor(probe), ["CAP_SYS_ADMIN"]);
  deepStrictEqual(capabilitiesFor({ ...probe, isPerfRestricted: false }), ["CAP_PERFMON"]);
});

Deno.test("capabilitiesFor() adds what situations take, each only when it is there", () => {
  for (const situation of SITUATIONS) {
    const question = { verb: "attach", attachKinds: ["tcx"], [situation]: true } as const;
    const wanted = SITUATION_NEEDS[situation].map(({ capability }) => capability);
    deepStrictEqual(new Set(capabilitiesFor(question)), new Set(wanted), situation);
    const none = { verb: "attach", attachKinds: ["tcx"], [situation]: false } as const;
    deepStrictEqual(capabilitiesFor(none), [], situation);
  }
});

Deno.test("alwaysNeeded() leaves out what only some programs take", () => {
  const xdp = { verb: "load", types: ["xdp"] } as const;
  deepStrictEqual(alwaysNeeded(xdp), ["CAP_BPF", "CAP_NET_ADMIN"]);
  deepStrictEqual(alwaysNeeded({ verb: "load", types: ["kprobe"] }), ["CAP_BPF", "CAP_PERFMON"]);
  // the kernel asks for CAP_NET_ADMIN of such programs only when they are attached
  const cgroup = { types: ["cgroup_skb"], attachKinds: ["cgroup_skb"] } as const;
  deepStrictEqual(alwaysNeeded({ verb: "load", ...cgroup }), ["CAP_BPF"]);
  deepStrictEqual(alwaysNeeded({ verb: "run", ...cgroup }), ["CAP_BPF", "CAP_NET_ADMIN"]);
  deepStrictEqual(alwaysNeeded({ verb: "attach", attachKinds: ["xdp"], libxdp: true }), []);
});

Deno.test("neededForLink() names what some setting of the kernel asks for", () => {
  const perf = ["CAP_BPF", "CAP_PERFMON", "CAP_SYS_ADMIN"] as const;
  for (const kind of ["tracepoint", "kprobe", "uprobe", "perf_event"] as const) {
    deepStrictEqual(neededForLink(kind), perf, kind);
  }
  deepStrictEqual(neededForLink("tcx"), ["CAP_BPF", "CAP_NET_ADMIN"]);
  deepStrictEqual(neededForLink("cgroup_skb"), ["CAP_BPF", "CAP_NET_ADMIN"]);
  deepStrictEqual(neededForLink("fentry"), ["CAP_BPF", "CAP_PERFMON"]);
});

Deno.test("what messages call missing for a chain is in the table", () => {
  const chained = { verb: "run", types: ["xdp", "tc"], attachKinds: ["xdp", "tc"] } as const;
  const question = { ...chained, extensions: true, libxdp: true };
  const all = new Set<string>(capabilitiesFor(question));
  const always = new Set<string>(alwaysNeeded(question));
  for (const { name, needs } of [directEngine, composeEngine, freplaceEngine, libxdpEngine]) {
    deepStrictEqual(new Set(needs).difference(all), new Set(), name);
    deepStrictEqual(always.difference(new Set(needs)), new Set(), name);
  }
});

Deno.test("findVerb() finds the verb of every command that it names", () => {
  for (const verb of CHANGE_VERBS) {
    for (const command of VERB_FACTS[verb].commands) {
      deepStrictEqual(findVerb([...command.split(" "), "xdp"]), { verb, rest: ["xdp"] }, command);
    }
  }
  deepStrictEqual(findVerb(["list", "programs"]), null);
});

Deno.test("situationsOf() leaves out what cannot come up", () => {
  deepStrictEqual(situationsOf({ verb: "attach", attachKinds: ["tcx"] }), ["firstUse", "netns"]);
  deepStrictEqual(situationsOf({ verb: "detach", attachKinds: ["lsm"] }), ["firstUse"]);
});
