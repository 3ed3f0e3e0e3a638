import { deepStrictEqual } from "node:assert/strict";
import { PROGRAM_KINDS } from "../program/kinds.ts";
import { PROGRAM_TYPES } from "../types.ts";
import { capabilitiesFor } from "./needs.ts";
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

Deno.test("what messages call missing at a load is a part of what the table lists", () => {
  for (const type of PROGRAM_TYPES) {
    // the kernel asks for CAP_NET_ADMIN of cgroup_skb programs only when they are attached
    const attach = type === "cgroup_skb"
      ? capabilitiesFor({ verb: "attach", attachKinds: [type] })
      : [];
    const listed: readonly string[] = [
      ...capabilitiesFor({ verb: "load", types: [type] }),
      ...attach,
    ];
    deepStrictEqual(PROGRAM_KINDS[type].needs.filter((name) => !listed.includes(name)), [], type);
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
