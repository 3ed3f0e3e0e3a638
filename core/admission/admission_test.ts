import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { BpfmanError } from "../errors.ts";
import { digestOf } from "../image/digest.ts";
import { parsePolicy } from "../policy/parse.ts";
import type { Requester } from "../policy/types.ts";
import type { AttachTarget } from "../types.ts";
import { attachFactsOf, judgeAttach, placeFactsOf, sourceOfRecord } from "./attach.ts";
import { helperClass } from "./helper_classes.ts";
import { objectFacts } from "./object_facts.ts";
import { recheck } from "./recheck.ts";
import { unsignedRefusal } from "./refusal.ts";
import type { PreparedLoad } from "./types.ts";

const FIXTURES = new URL("../../tests/fixtures/", import.meta.url);
const ROOT: Requester = { uid: 0, user: "root", groups: [0], serviceAccount: null };
const DIGEST = `sha256:${"0".repeat(64)}`;

function fixture(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(`${name}.bpf.o`, FIXTURES));
}

const CLASSES: readonly [number, string][] = [
  [1, "observe"], // map_lookup_elem
  [4, "observe"], // probe_read
  [9, "change-packet"], // skb_store_bytes
  [23, "change-packet"], // redirect
  [44, "change-packet"], // xdp_adjust_head
  [58, "override-return"],
  [109, "override-return"], // send_signal
  [36, "write-user-memory"], // probe_write_user
  [9999, "write-user-memory"],
];

for (const [id, wanted] of CLASSES) {
  Deno.test(`helperClass() takes helper ${id} for ${wanted}`, () => {
    strictEqual(helperClass(id), wanted);
  });
}

Deno.test("objectFacts() reads types, helpers and bytes of maps", () => {
  const facts = objectFacts("x", fixture("xdp_counter"), [{ type: "xdp", name: "xdp_count" }]);
  deepStrictEqual(facts.programs, [{ name: "xdp_count", type: "xdp", helpers: ["observe"] }]);
  ok(facts.mapBytes > 0);
});

Deno.test("objectFacts() sees a helper whose number was changed", () => {
  const bytes = fixture("xdp_counter");
  // call 1: bpf_map_lookup_elem
  const call = [0x85, 0, 0, 0, 1, 0, 0, 0];
  const at = bytes.findIndex((_, start) => call.every((byte, n) => bytes[start + n] === byte));
  ok(at > 0);
  bytes[at + 4] = 36;
  const facts = objectFacts("x", bytes, [{ type: "xdp", name: "xdp_count" }]);
  ok(facts.programs[0]?.helpers.includes("write-user-memory"), JSON.stringify(facts));
});

Deno.test("objectFacts() refuses what it cannot know", () => {
  const named = (name: string) => [{ type: "xdp", name }] as const;
  throws(() => objectFacts("x", fixture("xdp_pass"), named("none")), /not found in object file/);
  throws(() => objectFacts("x", new Uint8Array(100), named("xdp_pass")), BpfmanError);
});

const POLICY = parsePolicy(
  `{
  "scopes": {
    "file:/ok": {
      "action": "accept",
      "programs": { "types": ["xdp"] },
      "attach": { "interfaces": ["eth*"], "netns": ["/nonexistent/net/app"] },
    },
    "file:/signed": { "require": [{ "keys": ["-----BEGIN PUBLIC KEY-----"] }] },
  },
}`,
  "policy.json",
);

async function prepared(path: string, type: "xdp" | "tc" = "xdp"): Promise<PreparedLoad> {
  const bytes = fixture("xdp_pass");
  const digest = await digestOf(bytes);
  const source = { kind: "file", path, digest } as const;
  const decision = { allowed: true, reason: "", scope: "", rule: "", where: "" };
  return {
    load: { path, bytes, programs: [{ type, name: "xdp_pass" }] },
    admission: { source, objectDigest: digest, signer: null, decision, warnings: [] },
  };
}

const COURT = { policy: POLICY, requester: ROOT };

Deno.test("recheck() lets in what was judged, and nothing else", async () => {
  const good = await prepared("/ok/a.o");
  await recheck(COURT, good);
  const other = fixture("xdp_drop");
  const swapped: PreparedLoad = {
    ...good,
    load: { path: "/ok/a.o", bytes: other, programs: good.load.programs },
  };
  await rejects(recheck(COURT, swapped), /its bytes are not those that were judged/);
  await rejects(recheck(COURT, await prepared("/elsewhere/a.o")), /is not a trusted source/);
  await rejects(recheck(COURT, await prepared("/ok/a.o", "tc")), /is of the type tc/);
  await rejects(recheck(COURT, await prepared("/signed/a.o")), /nobody is known who signed/);
  const renamed: PreparedLoad = {
    ...good,
    admission: { ...good.admission, source: { ...good.admission.source, digest: DIGEST } },
  };
  await rejects(recheck(COURT, renamed), /is not what was judged/);
  const nobody = { ...COURT, requester: { ...ROOT, uid: 1000, user: "alice" } };
  await rejects(recheck(nobody, good), /user alice may not load/);
});

const ETH0: AttachTarget = { kind: "xdp", interface: "eth0", priority: 50 };

Deno.test("recheck() and judgeAttach() ask about the place", async () => {
  const good = await prepared("/ok/a.o");
  const { source } = good.admission;
  await recheck(COURT, { ...good }, { ...ETH0, netns: "/nonexistent/net/app" });
  await rejects(recheck(COURT, good, { ...ETH0, interface: "lo" }), /the interface "lo"/);
  await rejects(recheck(COURT, good, ETH0), /the netns "" is not allowed/);
  const judge = (target: AttachTarget) =>
    judgeAttach(COURT, { source, facts: () => attachFactsOf(target, null), action: "Cannot" });
  const way = { ...ETH0, netns: "/nonexistent/net/app/../other" };
  throws(() => judge(way), (error) => {
    ok(error instanceof BpfmanError && error.code === "policy-refused");
    match(error.message, /"\/nonexistent\/net\/other".*attach\.netns, policy\.json:6/);
    return true;
  });
});

Deno.test("attachFactsOf() resolves links of paths", () => {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  try {
    Deno.mkdirSync(`${folder}/real`);
    Deno.symlinkSync(`${folder}/real`, `${folder}/link`);
    const facts = attachFactsOf({ kind: "cgroup_skb", path: `${folder}/link` }, null);
    deepStrictEqual(facts, { cgroup: `${folder}/real` });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("sourceOfRecord() knows programs that were loaded without a policy", () => {
  const objectDigest = DIGEST;
  const file = { kind: "file", path: "/x.o" } as const;
  deepStrictEqual(sourceOfRecord({ source: file, objectDigest }), { ...file, digest: DIGEST });
  const image = {
    kind: "image",
    reference: "quay.io/net/x:v1",
    digest: DIGEST,
    manifestDigest: DIGEST,
    pullPolicy: "Never",
  } as const;
  deepStrictEqual(sourceOfRecord({ source: image, objectDigest }), {
    kind: "image",
    repository: "quay.io/net/x",
    digest: DIGEST,
  });
  const origin = { kind: "file", path: "/real.o", digest: DIGEST } as const;
  deepStrictEqual(sourceOfRecord({ source: file, objectDigest, origin }), origin);
});

Deno.test("placeFactsOf() says of a link what attachFactsOf() said of its target", () => {
  const at = { interface: "eth0", ifindex: 2, nsid: 1 };
  const xdp = {
    kind: "xdp",
    priority: 5,
    proceedOn: [],
    mode: "generic",
    isModeForced: false,
  } as const;
  deepStrictEqual(placeFactsOf({ ...xdp, ...at, netns: null }), { interface: "eth0", priority: 5 });
  const named = { ...xdp, ...at, netns: "/run/netns/none" };
  strictEqual(placeFactsOf(named).netns, "/run/netns/none");
  const tracepoint = { kind: "tracepoint", group: "sched", name: "sched_switch" } as const;
  deepStrictEqual(placeFactsOf(tracepoint), attachFactsOf(tracepoint, null));
  const lsm = { kind: "lsm", hookName: "file_open" } as const;
  deepStrictEqual(placeFactsOf(lsm), attachFactsOf({ kind: "lsm" }, "file_open"));
});

Deno.test("unsignedRefusal() names one exception, and no password", () => {
  const { policy } = parsePolicy("{}", "policy.json");
  const none = { allowed: false, reason: "", scope: "", rule: "default.action", where: "" };
  const { hint = "" } = unsignedRefusal({
    name: "x",
    source: { kind: "layout", path: "/srv/x", digest: DIGEST },
    policy: { policy, name: "built-in", isBuiltIn: true, lineOf: () => 0 },
    decision: none,
    signatures: 0,
    words: ["load", "image", "x", "--allow-unsigned", "sha256:old", "--registry-auth=a:b"],
  });
  const [, once] = hint.split("\n");
  strictEqual(once, `  once: bpfman load image x --allow-unsigned ${DIGEST}`);
});
