import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { BpfmanError } from "../errors.ts";
import type { ImageVerdict } from "../signature/verify_image.ts";
import {
  decideAttach,
  decideObject,
  decideSignatures,
  decideSource,
  isGlobMatch,
} from "./decide.ts";
import { parsePolicy } from "./parse.ts";
import { matchScope } from "./scope.ts";
import type {
  AttachFacts,
  Decision,
  ObjectFacts,
  ProgramRule,
  Requester,
  SourceFacts,
} from "./types.ts";
import { builtInPolicy } from "./without_file.ts";

const DIGEST = `sha256:${"0".repeat(64)}`;
const ROOT: Requester = { uid: 0, user: "root", groups: [0, "root"], serviceAccount: null };
const ALICE: Requester = { uid: 1000, user: "alice", groups: [50, "net"], serviceAccount: null };

function image(repository: string): SourceFacts {
  return { kind: "image", repository, digest: DIGEST };
}

function file(path: string): SourceFacts {
  return { kind: "file", path, digest: DIGEST };
}

const POLICY = parsePolicy(
  `{
  // nobody else
  "default": { "action": "reject" },
  "scopes": {
    "quay.io": { "action": "reject" },
    "quay.io/net": {
      "require": [{ "keys": ["k.pub"] }, { "attestation": "https://slsa.dev/provenance/v1" }],
      "subjects": { "groups": ["net"], "users": [0] },
      "programs": { "types": ["xdp", "tc"], "helpers": ["observe"], "maxMapBytes": 4096 },
      "attach": {
        "interfaces": ["eth*"],
        "netns": ["", "/run/netns/app-*"],
        "priorities": [100, 200],
      },
    },
    "quay.io/net/free": { "action": "warn" },
    "quay.io/net@${DIGEST}": { "action": "accept", "subjects": { "users": ["alice"] } },
    "file:/usr/lib/bpf": { "action": "accept" }
  }
}`,
  "policy.json",
);

const SCOPES: readonly [SourceFacts, string][] = [
  [image("quay.io/net/xdp"), "quay.io/net"],
  [image("quay.io/network"), "quay.io"],
  [image("quay.io/net/free/x"), "quay.io/net/free"],
  [image("quay.io/net"), `quay.io/net@${DIGEST}`],
  [image("quay.io.evil.test/net"), "default"],
  [file("/usr/lib/bpf/x.o"), "file:/usr/lib/bpf"],
  [file("/usr/lib/bpfx.o"), "default"],
  [{ kind: "layout", path: "/usr/lib/bpf", digest: DIGEST }, "default"],
];

for (const [source, scope] of SCOPES) {
  Deno.test(`matchScope() finds "${scope}" for ${JSON.stringify(source).slice(0, 60)}`, () => {
    strictEqual(matchScope(POLICY, source).name, scope);
  });
}

/** The decision in short: allowed, or reason, rule and line. */
function short({ allowed, reason, rule, where }: Decision): string {
  return allowed ? "allowed" : `${reason} | ${rule} | ${where}`;
}

Deno.test("decideSource() lets in whom the scope names, and says which line keeps others out", () => {
  strictEqual(short(decideSource(POLICY, ALICE, image("quay.io/net/xdp"))), "allowed");
  strictEqual(short(decideSource(POLICY, ROOT, image("quay.io/net/xdp"))), "allowed");
  strictEqual(
    short(decideSource(POLICY, { ...ALICE, groups: [100] }, image("quay.io/net/xdp"))),
    'user alice may not load from "quay.io/net/xdp" | scopes."quay.io/net".subjects | policy.json:8',
  );
  strictEqual(
    short(decideSource(POLICY, ROOT, image("quay.io/other"))),
    '"quay.io/other" is not a trusted source | scopes."quay.io".action | policy.json:5',
  );
  match(short(decideSource(POLICY, ROOT, file("/tmp/x.o"))), /default\.action \| policy\.json:3$/);
});

Deno.test("decideSource() lets nobody but root in where no subjects are named", () => {
  strictEqual(short(decideSource(POLICY, ROOT, file("/usr/lib/bpf/x.o"))), "allowed");
  match(short(decideSource(POLICY, ALICE, file("/usr/lib/bpf/x.o"))), /^user alice may not load/);
});

Deno.test("decideSource() tells what must be verified, and whether unsigned is tolerated", () => {
  const strict = decideSource(POLICY, ROOT, image("quay.io/net/xdp"));
  deepStrictEqual([strict.requirements.length, strict.isLenient], [2, false]);
  const lenient = decideSource(POLICY, ROOT, image("quay.io/net/free"));
  deepStrictEqual([lenient.requirements.length, lenient.isLenient], [0, true]);
});

const SIGNED: ImageVerdict = {
  kind: "signed",
  signer: { kind: "key", fingerprint: "00" },
  where: "x",
  predicate: null,
};

Deno.test("decideSignatures() wants every requirement", () => {
  const source = image("quay.io/net/xdp");
  strictEqual(short(decideSignatures(POLICY, source, [SIGNED, SIGNED])), "allowed");
  match(
    short(decideSignatures(POLICY, source, [SIGNED, { kind: "unsigned" }])),
    /it is not signed \(https:\/\/slsa.*require\[1\] \| policy\.json:7$/,
  );
  match(
    short(decideSignatures(POLICY, source, [{ kind: "refused", reasons: ["a: b"] }, SIGNED])),
    /no signature counts \(a: b\) \| scopes\."quay\.io\/net"\.require\[0\]/,
  );
  // a verdict that is missing is no signature
  match(short(decideSignatures(POLICY, source, [])), /it is not signed/);
});

const PROGRAM = { name: "count", type: "xdp", helpers: ["observe"] } as const;

const OBJECTS: readonly [ObjectFacts, keyof ProgramRule | null][] = [
  [{ programs: [PROGRAM], mapBytes: 4096 }, null],
  [{ programs: [PROGRAM, { ...PROGRAM, type: "kprobe" }], mapBytes: 0 }, "types"],
  [{ programs: [{ ...PROGRAM, helpers: ["observe", "change-packet"] }], mapBytes: 0 }, "helpers"],
  [{ programs: [PROGRAM], mapBytes: 4097 }, "maxMapBytes"],
];

for (const [facts, key] of OBJECTS) {
  Deno.test(`decideObject() ${key === null ? "allows" : `refuses by ${key}`}`, () => {
    const decided = decideObject(POLICY, image("quay.io/net/xdp"), facts);
    strictEqual(decided.allowed, key === null);
    if (key !== null) strictEqual(decided.rule, `scopes."quay.io/net".programs.${key}`);
  });
}

const PLACES: readonly [AttachFacts, string | null][] = [
  [{ interface: "eth0", priority: 100 }, null],
  [{ interface: "eth0", netns: "/run/netns/app-1", priority: 200 }, null],
  [{ interface: "lo", priority: 100 }, "interfaces"],
  [{ interface: "eth0", netns: "/run/netns/other", priority: 100 }, "netns"],
  [{ interface: "eth0", priority: 99 }, "priorities"],
  [{ target: "vfs_unlink" }, null],
];

for (const [facts, key] of PLACES) {
  Deno.test(`decideAttach() decides on ${JSON.stringify(facts)}`, () => {
    const decided = decideAttach(POLICY, image("quay.io/net/xdp"), facts);
    strictEqual(decided.allowed, key === null, decided.reason);
    if (key !== null) ok(decided.rule.endsWith(`attach.${key}`), decided.rule);
  });
}

Deno.test("isGlobMatch() takes nothing but the star for a sign", () => {
  ok(isGlobMatch("eth*", "eth") && isGlobMatch("*", "") && isGlobMatch("a.b", "a.b"));
  ok(!isGlobMatch("a.b", "axb") && !isGlobMatch("eth", "eth0") && !isGlobMatch("[e]th", "eth"));
});

const BAD: readonly [string, RegExp][] = [
  ["", /line 1: it is empty|line 1: ValueExpected/],
  ["{", /line 1: CloseBraceExpected/],
  ["[]", /must be an object/],
  ['{ "defualt": {} }', /line 1: the key "defualt" is unknown/],
  ['{\n "default": { "action": "allow" } }', /line 2: default\.action must be one of reject, warn/],
  ['{ "default": { "toString": 1 } }', /the key "toString" is unknown/],
  ['{ "default": {}, "default": {} }', /the key "default" is there twice/],
  ['{ "scopes": { "a": { "require": [{ "key": [] }] } } }', /the key "key" is unknown/],
  [
    '{ "scopes": { "a": { "require": [{ "identities": [{ "subjectPattern": "(" }] }] } } }',
    /require\[0\]\.identities\[0\]\.subjectPattern must be a pattern/,
  ],
  ['{ "default": { "attach": { "priorities": [1] } } }', /must be a list of 2/],
  ['{ "default": { "programs": { "maxMapBytes": -1 } } }', /must be a whole number from 0 on/],
  ['{ "default": { "programs": { "types": ["xpd"] } } }', /must be one of xdp, tc/],
];

for (const [text, why] of BAD) {
  Deno.test(`parsePolicy() refuses ${JSON.stringify(text).slice(0, 60)}`, () => {
    throws(() => parsePolicy(text, "p.json"), (error) => {
      ok(error instanceof BpfmanError);
      strictEqual(error.code, "policy-invalid");
      match(error.message, why);
      return true;
    });
  });
}

Deno.test("builtInPolicy() allows root's files and no image", () => {
  const policy = builtInPolicy({}, "the built-in policy");
  strictEqual(short(decideSource(policy, ROOT, file("/x.o"))), "allowed");
  match(short(decideSource(policy, ALICE, file("/x.o"))), /^user alice may not/);
  const decided = decideSource(policy, ROOT, image("quay.io/x"));
  strictEqual(
    short(decided),
    '"quay.io/x" is not a trusted source | default.action | the built-in policy',
  );
});

Deno.test("builtInPolicy() understands bpfman's switches", () => {
  const trustedIdentities = [{ subject: "a", issuer: "b" }];
  const strict = decideSource(builtInPolicy({ trustedIdentities }, "x"), ROOT, image("q/x"));
  deepStrictEqual(strict.requirements, [{ identities: trustedIdentities }]);
  deepStrictEqual([strict.allowed, strict.isLenient], [true, false]);
  const lenient = decideSource(builtInPolicy({ allowUnsigned: true }, "x"), ROOT, image("q/x"));
  deepStrictEqual([lenient.allowed, lenient.isLenient], [true, true]);
  const off = decideSource(builtInPolicy({ verifyEnabled: false }, "x"), ROOT, image("q/x"));
  deepStrictEqual([off.allowed, off.requirements], [true, []]);
});
