import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { sampleApplication, sampleObject } from "../../tests/support/declared.ts";
import { BpfmanError } from "../errors.ts";
import {
  applicationNames,
  dropObjects,
  dropStaged,
  keepObject,
  lastGeneration,
  objectPath,
  publishGeneration,
  readGenerations,
  stageGeneration,
} from "./generations.ts";
import type { Generation } from "./types.ts";

/** A folder that vanishes with its files. */
function tempFolder(): { readonly path: string } & Disposable {
  const path = Deno.makeTempDirSync();
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

function generation(name: string, number: number, changes: Partial<Generation> = {}): Generation {
  return {
    version: 1,
    number,
    application: sampleApplication(name),
    object: sampleObject(),
    isDeleted: false,
    owner: "default",
    createdAt: "2026-11-22T10:00:00.000Z",
    createdBy: "root",
    digest: "sha256:00",
    ...changes,
  };
}

function filesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name).sort();
}

Deno.test("generations are read as they were written, in the order of their numbers", () => {
  using folder = tempFolder();
  const data = `${folder.path}/not/there/yet`;
  const all = Array.from({ length: 11 }, (_, at) => generation("shield", at + 1));
  for (const one of all) {
    stageGeneration(data, one);
    publishGeneration(data, one);
  }
  deepStrictEqual(readGenerations(data, "shield"), all);
  deepStrictEqual(lastGeneration(data, "shield"), all.at(-1));
  deepStrictEqual(readGenerations(data, "other"), []);
  strictEqual(lastGeneration(data, "other"), null);
});

Deno.test("a generation is none before it is published, and goes when it is dropped", () => {
  using folder = tempFolder();
  const one = generation("shield", 1);
  stageGeneration(folder.path, one);
  const place = `${folder.path}/applications/shield/generations`;
  deepStrictEqual(filesIn(place), ["1.json.next"]);
  strictEqual(lastGeneration(folder.path, "shield"), null);
  deepStrictEqual(applicationNames(folder.path), []);
  dropStaged(folder.path, one);
  deepStrictEqual(filesIn(place), []);
  dropStaged(folder.path, one);
});

Deno.test("publishGeneration() does without what was staged, and leaves what is there", () => {
  using folder = tempFolder();
  publishGeneration(folder.path, generation("shield", 1));
  publishGeneration(folder.path, generation("shield", 1, { owner: "ops" }));
  deepStrictEqual(readGenerations(folder.path, "shield"), [generation("shield", 1)]);
  deepStrictEqual(filesIn(`${folder.path}/applications/shield/generations`), ["1.json"]);
});

Deno.test("names with a namespace have a folder of their own", () => {
  using folder = tempFolder();
  for (const name of ["shop/web", "shop-web", "web"]) {
    publishGeneration(folder.path, generation(name, 1));
  }
  deepStrictEqual(applicationNames(folder.path), ["shop-web", "shop/web", "web"]);
  deepStrictEqual(filesIn(`${folder.path}/applications`), ["shop-web", "shop__web", "web"]);
});

Deno.test("no name leads out of the data directory", () => {
  using folder = tempFolder();
  for (const name of ["../etc", "a/../b", "", "a/b/c", ".", "..", "A", "a b", "/a", "a__b"]) {
    throws(
      () => stageGeneration(folder.path, generation(name, 1)),
      (error) => error instanceof BpfmanError && error.code === "application-name",
      name,
    );
  }
  deepStrictEqual(filesIn(folder.path), []);
});

Deno.test("a damaged generation is named", () => {
  using folder = tempFolder();
  publishGeneration(folder.path, generation("shield", 1));
  const path = `${folder.path}/applications/shield/generations/1.json`;
  const other = JSON.stringify(generation("shield", 2));
  for (const text of ["", "{half", "null", "{}", other]) {
    Deno.writeTextFileSync(path, text);
    throws(
      () => lastGeneration(folder.path, "shield"),
      (error) =>
        error instanceof BpfmanError && error.code === "generation-corrupt" &&
        error.message ===
          `Cannot read generation 1 of application "shield" in "${path}"`,
      text,
    );
  }
});

function isUnwritable(error: unknown): boolean {
  return error instanceof BpfmanError && error.code === "generation-unwritable";
}

Deno.test("a data directory that cannot be written is told", () => {
  using folder = tempFolder();
  const data = `${folder.path}/file`;
  Deno.writeTextFileSync(data, "");
  throws(() => stageGeneration(data, generation("shield", 1)), isUnwritable);
  throws(() => keepObject(data, sampleObject().objectDigest, new Uint8Array(1)), isUnwritable);
});

Deno.test("keepObject() keeps a copy under its digest", () => {
  using folder = tempFolder();
  const { objectDigest } = sampleObject();
  keepObject(folder.path, objectDigest, Uint8Array.of(1, 2, 3));
  keepObject(folder.path, objectDigest, Uint8Array.of(4));
  deepStrictEqual(Deno.readFileSync(objectPath(folder.path, objectDigest)), Uint8Array.of(1, 2, 3));
  throws(() => objectPath(folder.path, "sha256:../x"), TypeError);
});

Deno.test("dropObjects() removes copies that no generation names, and no others", () => {
  using folder = tempFolder();
  const digests = ["ab", "cd"].map((byte) => `sha256:${byte.repeat(32)}`);
  const [named = "", other = ""] = digests;
  for (const digest of digests) keepObject(folder.path, digest, Uint8Array.of(1));
  publishGeneration(
    folder.path,
    generation("shield", 1, { object: sampleObject({ objectDigest: named }) }),
  );
  dropObjects(folder.path, digests);
  strictEqual(Deno.statSync(objectPath(folder.path, named)).isFile, true);
  throws(() => Deno.statSync(objectPath(folder.path, other)), Deno.errors.NotFound);
  keepObject(folder.path, other, Uint8Array.of(1));
  publishGeneration(folder.path, generation("broken", 1));
  Deno.writeTextFileSync(`${folder.path}/applications/broken/generations/1.json`, "{");
  dropObjects(folder.path, [other]);
  strictEqual(Deno.statSync(objectPath(folder.path, other)).isFile, true, "who knows");
});
