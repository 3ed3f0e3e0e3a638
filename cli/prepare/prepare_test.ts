import { deepStrictEqual, match, rejects, strictEqual, throws } from "node:assert/strict";
import { BpfmanError } from "../../core/errors.ts";
import { kernelTest } from "../../tests/support/requires.ts";
import { tomlLines } from "../toml_lines.ts";
import { readPolicy } from "./policy.ts";
import { requesterBehind, requesterOf } from "./requester.ts";
import { fileWeakness, readTrustedFile } from "./trusted_file.ts";

const FILES = {
  passwd: "root:x:0:0::/root:/bin/sh\nalice:x:1000:100::/home/alice:/bin/sh\n",
  group: "root:x:0:\nusers:x:100:\nnet:x:50:bob,alice\nother:x:51:bob\n",
};

Deno.test("requesterOf() finds name and groups", () => {
  deepStrictEqual(requesterOf(1000, FILES), {
    uid: 1000,
    user: "alice",
    groups: [100, "users", 50, "net"],
    serviceAccount: null,
  });
  deepStrictEqual(requesterOf(4711, FILES, 51), {
    uid: 4711,
    user: null,
    groups: [51, "other"],
    serviceAccount: null,
  });
});

Deno.test("requesterBehind() believes the environment of root only", () => {
  const told: Readonly<Record<string, string>> = {
    BPFMAN_SERVICE_ACCOUNT: "net/agent",
    SUDO_UID: "1000",
  };
  const env = (name: string) => told[name];
  const root = requesterBehind({ uid: 0, gid: 0, env }, FILES);
  deepStrictEqual([root.serviceAccount, root.behind?.user], ["net/agent", "alice"]);
  const alice = requesterBehind({ uid: 1000, gid: 100, env }, FILES);
  deepStrictEqual([alice.serviceAccount, alice.behind], [null, undefined]);
  const empty = requesterBehind({ uid: 0, gid: 0, env: () => "" }, FILES);
  strictEqual(empty.serviceAccount, null);
});

Deno.test("tomlLines() finds tables, keys and elements", () => {
  const lineOf = tomlLines(
    `[other]
a = 1
[policy.default]
action = "reject"
[policy.scopes."quay.io/net"]
subjects = { users = ["x"] }
[[policy.scopes."quay.io/net".require]]
keys = []
[[policy.scopes."quay.io/net".require]]
keys = ["a"]
`,
    "policy",
  );
  strictEqual(lineOf(["default", "action"]), 4);
  strictEqual(lineOf(["scopes", "quay.io/net"]), 5);
  strictEqual(lineOf(["scopes", "quay.io/net", "subjects", "users", 0]), 6);
  strictEqual(lineOf(["scopes", "quay.io/net", "require", 1, "keys", 0]), 10);
  strictEqual(lineOf(["nothing"]), 0);
});

function inFolder(work: (folder: string) => void | Promise<void>) {
  return async (): Promise<void> => {
    const folder = Deno.makeTempDirSync();
    try {
      await work(Deno.realPathSync(folder));
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  };
}

// whoever else runs these cannot make such files
kernelTest(
  "readTrustedFile() takes files that root alone can change",
  ["root"],
  inFolder((folder) => {
    const path = `${folder}/p.json`;
    strictEqual(readTrustedFile(path), undefined);
    Deno.writeTextFileSync(path, "{}", { mode: 0o644 });
    strictEqual(readTrustedFile(path), "{}");
    for (const mode of [0o646, 0o664, 0o666]) {
      Deno.chmodSync(path, mode);
      throws(() => readTrustedFile(path), /others than root may write it/);
    }
    Deno.chmodSync(path, 0o600);
    Deno.chownSync(path, 1000, 1000);
    throws(() => readTrustedFile(path), (error) => {
      strictEqual(error instanceof BpfmanError && error.code, "policy-unsafe");
      match(String(error), /it belongs to user 1000/);
      return true;
    });
    Deno.chownSync(path, 0, 0);
    Deno.chmodSync(folder, 0o777);
    match(fileWeakness(path) ?? "", /its folder ".*" is not safe/);
    Deno.chmodSync(folder, 0o700);
    strictEqual(fileWeakness(path), undefined);
    throws(() => readTrustedFile(folder), /it is no ordinary file/);
  }),
);

kernelTest(
  "readPolicy() goes by the command line, the configuration, the built-in one",
  ["root"],
  inFolder(async (folder) => {
    const [file, other, config] = ["a.json", "b.json", "c.toml"].map((name) => `${folder}/${name}`);
    for (const path of [file, other, config]) {
      Deno.writeTextFileSync(path ?? "", '{ "default": { "action": "warn" } }', { mode: 0o644 });
    }
    const place = { config: config ?? "", policy: { kind: "file", path: other ?? "" } } as const;
    strictEqual((await readPolicy({ ...place, file: file ?? "" })).name, file);
    strictEqual((await readPolicy(place)).name, other);
    const signing = { config: config ?? "", signing: { allowUnsigned: true } };
    const builtIn = await readPolicy(signing);
    strictEqual(builtIn.isBuiltIn, true);
    strictEqual(builtIn.policy.default?.action, "warn");
    Deno.chmodSync(config ?? "", 0o666);
    await rejects(readPolicy(signing), /Cannot trust what ".*c\.toml" says of signatures/);
    await rejects(readPolicy({ file: `${folder}/none` }), /it does not exist/);
  }),
);
