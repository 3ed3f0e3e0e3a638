/**
 * Updates of the trusted root out of a TUF repository: what is good is taken, whatever is not changes
 * nothing.
 *
 * @module
 */
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import { BpfmanError } from "../../core/errors.ts";
import { currentRoot } from "../../core/signature/root/current.ts";
import {
  PUBLIC_GOOD_MIRROR,
  PUBLIC_GOOD_TUF_ROOT,
} from "../../core/signature/root/public_good_tuf_root.ts";
import { updateRoot } from "../../core/signature/root/update.ts";
import { snapshotOf } from "../registry/support/client.ts";
import { TemporaryFolder } from "../registry/support/temporary.ts";
import { FIXTURES } from "./cli_process.ts";
import { OVER, RepositoryKey, TufRepository } from "./tuf_repository.ts";

const FIRST = Deno.readTextFileSync(new URL("mock-instance/trusted_root.json", FIXTURES));
const SECOND = `${FIRST}\n`;
const NOW = new Date("2027-01-02T03:04:05Z");

/** A repository with one publication, and a directory that knows it. */
async function scene() {
  const folder = new TemporaryFolder();
  const repository = new TufRepository();
  const directory = `${folder.path}/trust`;
  repository.publish({ version: 2, trustedRoot: FIRST });
  const update = (more: { tufRoot?: string; now?: Date } = {}) =>
    updateRoot({ directory, mirror: repository.url, now: NOW, ...more });
  await update({ tufRoot: repository.root() });
  return {
    repository,
    directory,
    update,
    async [Symbol.asyncDispose]() {
      await repository[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

Deno.test("updateRoot() brings the root, and verification takes it", async () => {
  await using here = await scene();
  const current = await currentRoot(here.directory);
  deepStrictEqual([current.origin, current.mirror, current.date, current.text], [
    "update",
    here.repository.url,
    NOW,
    FIRST,
  ]);
  strictEqual((await here.update()).isChanged, false);
  here.repository.publish({ version: 3, trustedRoot: SECOND });
  const later = new Date("2027-02-03T00:00:00Z");
  strictEqual((await here.update({ now: later })).isChanged, true);
  const newer = await currentRoot(here.directory);
  deepStrictEqual([newer.text, newer.date], [SECOND, later]);
  deepStrictEqual(
    [...Deno.readDirSync(here.directory)].map(({ name }) => name).sort(),
    [".lock", "trusted_root.about.json", "trusted_root.json", "tuf"],
  );
});

Deno.test("updateRoot() follows the chain of roots, one version after the other", async () => {
  await using here = await scene();
  const { repository } = here;
  repository.files.set("2.root.json", repository.root(2, OVER));
  repository.files.set("3.root.json", repository.root(3));
  await here.update();
  strictEqual(
    JSON.parse(Deno.readTextFileSync(`${here.directory}/tuf/root.json`)).signed.version,
    3,
  );
});

type Scene = Awaited<ReturnType<typeof scene>>;

/** What a mirror may do that must change nothing. */
const REFUSED: readonly [string, string, RegExp, (scene: Scene) => void][] = [
  ["gives no answer", "trust-unreachable", /status 503/, ({ repository }) => {
    repository.fault = () => new Response(null, { status: 503 });
  }],
  ["has no timestamp", "trust-unreachable", /timestamp\.json" answers with status 404/, (here) => {
    here.repository.files.delete("timestamp.json");
  }],
  ["answers with a web page", "trust-refused", /./, ({ repository }) => {
    repository.fault = () => new Response("<html>log in first</html>");
  }],
  ["answers with garbage after the root", "trust-refused", /./, ({ repository }) => {
    repository.fault = (path) => path === "timestamp.json" ? new Response("\0\xff{]") : undefined;
  }],
  ["never ends a file", "trust-refused", /too long/, ({ repository }) => {
    repository.fault = (path) =>
      path === "timestamp.json" ? new Response("x".repeat(20_000)) : undefined;
  }],
  ["goes back to an older version", "trust-refused", /version/i, ({ repository }) => {
    repository.publish({ version: 1, trustedRoot: SECOND });
  }],
  ["goes back to an older timestamp", "trust-refused", /version/i, ({ repository }) => {
    repository.publish({ version: 2, timestampVersion: 1, trustedRoot: FIRST });
  }],
  ["has a timestamp that is over", "trust-refused", /expired/, ({ repository }) => {
    repository.publish({ version: 3, trustedRoot: SECOND, expires: { timestamp: OVER } });
  }],
  ["has a snapshot that is over", "trust-refused", /expired/, ({ repository }) => {
    repository.publish({ version: 3, trustedRoot: SECOND, expires: { snapshot: OVER } });
  }],
  ["has targets that are over", "trust-refused", /expired/, ({ repository }) => {
    repository.publish({ version: 3, trustedRoot: SECOND, expires: { targets: OVER } });
  }],
  ["has a root that is over", "trust-refused", /root\.json is expired/, ({ repository }) => {
    repository.files.set("2.root.json", repository.root(2, OVER));
  }],
  ["has a root that another key signed", "trust-refused", /signed by 0\/1/, ({ repository }) => {
    repository.files.set("2.root.json", repository.root(2, undefined, new RepositoryKey()));
  }],
  ["has metadata that another key signed", "trust-refused", /signed by 0\/1/, ({ repository }) => {
    repository.publish({ version: 3, trustedRoot: SECOND }, new RepositoryKey());
  }],
  ["has changed the target", "trust-refused", /hash|length/i, ({ repository }) => {
    repository.publish({ version: 3, trustedRoot: SECOND });
    const path = [...repository.files.keys()].filter((name) => name.startsWith("targets/")).at(-1);
    repository.files.set(path ?? "", SECOND.replace("sigstore", "sigst0re"));
  }],
  [
    "has lost the target",
    "trust-unreachable",
    /trusted_root\.json" answers with status 404/,
    (here) => {
      here.repository.publish({ version: 3, trustedRoot: SECOND });
      for (const name of here.repository.files.keys()) {
        if (name.startsWith("targets/")) here.repository.files.delete(name);
      }
    },
  ],
  ["signs a target that is no root", "trusted-root-invalid", /Cannot trust the root/, (here) => {
    here.repository.publish({ version: 3, trustedRoot: '{"mediaType":"text/plain"}' });
  }],
];

for (const [what, code, reason, spoil] of REFUSED) {
  Deno.test(`updateRoot() changes nothing when the mirror ${what}`, async () => {
    await using here = await scene();
    const before = snapshotOf(here.directory);
    spoil(here);
    const error = await here.update().then(() => null, (one) => one);
    ok(error instanceof BpfmanError, `it was taken: ${error}`);
    strictEqual(error.code, code, error.message);
    match(error.message, reason);
    deepStrictEqual(snapshotOf(here.directory), before);
    strictEqual((await currentRoot(here.directory)).text, FIRST);
    here.repository.fault = undefined;
  });
}

Deno.test("updateRoot() says so when nobody listens at the mirror", async () => {
  await using here = await scene();
  const before = snapshotOf(here.directory);
  const { url } = here.repository;
  await here.repository[Symbol.asyncDispose]();
  await rejects(updateRoot({ directory: here.directory, mirror: url, now: NOW }), {
    code: "trust-unreachable",
    message: /refused/,
  });
  deepStrictEqual(snapshotOf(here.directory), before);
});

Deno.test("updateRoot() trusts no mirror of which nothing is known", async () => {
  using folder = new TemporaryFolder();
  const directory = `${folder.path}/trust`;
  const mirror = "http://127.0.0.1:9";
  const update = (address: string) => updateRoot({ directory, mirror: address, now: NOW });
  await rejects(update(mirror), { code: "usage", message: /nothing is known of it/ });
  await rejects(update("file:///etc"), { code: "usage", message: /no address/ });
  strictEqual((await currentRoot(directory)).origin, "embedded");
});

Deno.test("updateRoot() begins anew at another mirror only with its root", async () => {
  await using here = await scene();
  await using other = new TufRepository();
  other.publish({ version: 1, trustedRoot: SECOND });
  const { directory } = here;
  const at = { directory, mirror: other.url, now: NOW };
  await rejects(updateRoot(at), { code: "usage" });
  await updateRoot({ ...at, tufRoot: other.root() });
  const { mirror, text } = await currentRoot(directory);
  deepStrictEqual([mirror, text], [other.url, SECOND]);
});

Deno.test("the embedded TUF root is sigstore's file", () => {
  const file = Deno.readTextFileSync(new URL("public-good-tuf-root.json", FIXTURES));
  strictEqual(PUBLIC_GOOD_TUF_ROOT, file);
  match(PUBLIC_GOOD_MIRROR, /^https:\/\/tuf-repo-cdn\.sigstore\.dev$/);
});

/** What an update from the embedded TUF root says of a root that follows it. */
async function successorError(successor: (mirror: TufRepository) => string): Promise<string> {
  await using mirror = new TufRepository();
  using folder = new TemporaryFolder();
  mirror.files.set("17.root.json", successor(mirror));
  const directory = `${folder.path}/trust`;
  const tufRoot = PUBLIC_GOOD_TUF_ROOT;
  const update = updateRoot({ directory, mirror: mirror.url, tufRoot, now: NOW });
  const error = await update.then(() => null, (one) => one);
  deepStrictEqual(mirror.asked, ["17.root.json"]);
  return error instanceof BpfmanError ? error.message : `it was taken: ${error}`;
}

Deno.test("the embedded TUF root accepts its own keys' signatures and nobody else's", async () => {
  // signed by the very keys, so that only its version is wrong
  match(await successorError(() => PUBLIC_GOOD_TUF_ROOT), /Expected version 17, got 16/);
  match(await successorError((mirror) => mirror.root(17)), /root was signed by 0\/3 keys/);
});
