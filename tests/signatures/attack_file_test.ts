/**
 * Files that change while they are read, judged and loaded: the bytes that were judged are loaded, or
 * none.
 *
 * @module
 */
import { match, strictEqual, throws } from "node:assert/strict";
import { admitFile } from "../../core/admission/file.ts";
import type { Court } from "../../core/admission/court.ts";
import { BpfmanError } from "../../core/errors.ts";
import { parsePolicy } from "../../core/policy/parse.ts";
import type { ScopeRule } from "../../core/policy/types.ts";
import { readObjectFile } from "../../cli/prepare/object_file.ts";
import { findBundle } from "../../cli/prepare/file.ts";
import { TemporaryFolder } from "../registry/support/temporary.ts";
import { courtOf, EVIL, GOOD, mustBeGood, mustRefuse, ROOT_USER } from "./attack_scene.ts";
import { bundleOf, makeKey, type TestKey } from "./sign_by_hand.ts";

/** A signed object in a folder. */
class FileScene implements Disposable {
  readonly #folder = new TemporaryFolder();
  readonly key: TestKey = makeKey();
  readonly court: Court = courtOf(this.key);
  readonly folder: string = Deno.realPathSync(this.#folder.path);
  readonly path: string = `${this.folder}/pass.bpf.o`;
  readonly bundle: string = `${this.path}.sigstore.json`;

  constructor() {
    Deno.writeFileSync(this.path, GOOD);
    Deno.writeTextFileSync(this.bundle, bundleOf(GOOD, this.key));
  }

  /** Judges a file as `load file` does. */
  admit(path: string = this.path, court: Court = this.court) {
    const { bytes, realPath } = readObjectFile(path);
    const settings = { programs: [{ type: "xdp", name: "xdp_pass" }] } as const;
    const readBundle = () => findBundle(path, undefined);
    return admitFile(court, { path, realPath, bytes, settings, readBundle });
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

/** Lets something happen right before a file is opened. */
function beforeOpening(ends: string, attack: () => void): Disposable {
  const original = Deno.openSync;
  Deno.openSync = (path, options) => {
    if (String(path).endsWith(ends)) attack();
    return original(path, options);
  };
  return { [Symbol.dispose]: () => void (Deno.openSync = original) };
}

Deno.test("attack: none; a signed file is let in as it is", async () => {
  using scene = new FileScene();
  await mustBeGood(await scene.admit());
});

Deno.test("attack: a file is replaced between judgement and load", async () => {
  using scene = new FileScene();
  const prepared = await scene.admit();
  Deno.writeFileSync(scene.path, EVIL);
  await mustBeGood(prepared);
  Deno.removeSync(scene.path);
  await mustBeGood(prepared);
});

Deno.test("attack: a file has one byte changed, and the bundle of what it was", async () => {
  using scene = new FileScene();
  Deno.writeFileSync(scene.path, EVIL);
  await mustRefuse(scene.admit(), "signature-refused");
});

Deno.test("attack: a file has the bundle of another one, by a link", async () => {
  using scene = new FileScene();
  const evil = `${scene.folder}/evil.bpf.o`;
  Deno.writeFileSync(evil, EVIL);
  await mustRefuse(scene.admit(evil), "file-unsigned");
  Deno.symlinkSync(scene.bundle, `${evil}.sigstore.json`);
  await mustRefuse(scene.admit(evil), "signature-refused");
});

Deno.test("attack: the bundle is replaced right before it is read", async () => {
  using scene = new FileScene();
  let times = 0;
  using _swap = beforeOpening(".sigstore.json", () => {
    times++;
    Deno.writeTextFileSync(scene.bundle, bundleOf(EVIL, scene.key));
  });
  await mustRefuse(scene.admit(), "signature-refused");
  strictEqual(times, 1);
});

Deno.test("attack: file and bundle are replaced together, signed by somebody else", async () => {
  using scene = new FileScene();
  Deno.writeFileSync(scene.path, EVIL);
  Deno.writeTextFileSync(scene.bundle, bundleOf(EVIL, makeKey()));
  await mustRefuse(scene.admit(), "signature-refused");
});

/** A court that lets in whatever is in one folder, unsigned, and nothing else. */
function trusting(folder: string, rule: ScopeRule = { action: "accept" }): Court {
  const policy = { default: { action: "reject" }, scopes: { [`file:${folder}`]: rule } };
  return { policy: parsePolicy(JSON.stringify(policy), "policy.json"), requester: ROOT_USER };
}

Deno.test("attack: a link into a trusted folder leads elsewhere by the time it is opened", async () => {
  using scene = new FileScene();
  const trusted = `${scene.folder}/trusted`;
  Deno.mkdirSync(trusted);
  Deno.writeFileSync(`${trusted}/pass.bpf.o`, GOOD);
  const evil = `${scene.folder}/evil.bpf.o`;
  Deno.writeFileSync(evil, EVIL);
  const link = `${scene.folder}/link.bpf.o`;
  const lead = (target: string) => {
    try {
      Deno.removeSync(link);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    Deno.symlinkSync(target, link);
  };
  const court = trusting(trusted);
  lead(evil);
  await mustRefuse(scene.admit(link, court), "policy-refused");
  lead(`${trusted}/pass.bpf.o`);
  let times = 0;
  {
    using _swap = beforeOpening(".bpf.o", () => {
      times++;
      lead(evil);
    });
    const { load } = await scene.admit(link, court);
    strictEqual(times, 1);
    // the path that the policy was asked about is the file that was read
    const { bytes } = load.image === undefined ? load : load.image;
    strictEqual(bytes?.every((byte, at) => byte === GOOD[at]), true);
  }
});

Deno.test("attack: a trusted file becomes a link right before it is opened", () => {
  using scene = new FileScene();
  const evil = `${scene.folder}/evil.bin`;
  Deno.writeFileSync(evil, EVIL);
  using _swap = beforeOpening("pass.bpf.o", () => {
    Deno.removeSync(scene.path);
    Deno.symlinkSync(evil, scene.path);
  });
  throws(() => readObjectFile(scene.path), (error) => {
    strictEqual(error instanceof BpfmanError && error.code, "file-changed");
    return true;
  });
});

function makeFifo(path: string): void {
  const { success } = new Deno.Command("mkfifo", { args: [path] }).outputSync();
  strictEqual(success, true);
}

Deno.test("attack: the bundle is a pipe that nobody writes to", async () => {
  using scene = new FileScene();
  Deno.removeSync(scene.bundle);
  makeFifo(scene.bundle);
  const error = await mustRefuse(scene.admit(), "file-unreadable");
  match(error.message, /not an ordinary file/);
});

Deno.test("attack: a pipe brings the signed object, and another one behind it", async () => {
  using scene = new FileScene();
  const pipe = `${scene.folder}/pipe.bpf.o`;
  const evil = `${scene.folder}/evil.bin`;
  Deno.writeFileSync(evil, EVIL);
  makeFifo(pipe);
  Deno.copyFileSync(scene.bundle, `${pipe}.sigstore.json`);
  const write = async (files: string[], judge: () => Promise<unknown>) => {
    const args = ["-c", 'pipe="$1"; shift; exec cat "$@" > "$pipe"', "sh", pipe, ...files];
    const writer = new Deno.Command("sh", { args, stdin: "null" }).spawn();
    await judge();
    strictEqual((await writer.status).success, true);
  };
  await write([scene.path], async () => await mustBeGood(await scene.admit(pipe)));
  await write([scene.path, evil], () => mustRefuse(scene.admit(pipe), "signature-refused"));
});

Deno.test("attack: the object is a device, a directory, or longer than any", async () => {
  using scene = new FileScene();
  for (const path of ["/dev/zero", scene.folder]) {
    await mustRefuse(Promise.try(() => scene.admit(path)), "file-unreadable");
  }
  Deno.truncateSync(scene.path, 17 * 1024 * 1024);
  await mustRefuse(Promise.try(() => scene.admit()), "object-too-large");
});

Deno.test("attack: a bundle that is none, or endless", async () => {
  using scene = new FileScene();
  for (const text of ["", "{", "[]", '{"mediaType":"x"}', "null"]) {
    Deno.writeTextFileSync(scene.bundle, text);
    await mustRefuse(scene.admit(), "signature-refused");
  }
  Deno.truncateSync(scene.bundle, 5 * 1024 * 1024);
  await mustRefuse(scene.admit(), "file-unreadable");
});
