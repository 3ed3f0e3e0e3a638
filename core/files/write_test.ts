import { deepStrictEqual as deepEqual, strictEqual as equal, throws } from "node:assert/strict";
import { folderOf, replaceFile } from "./write.ts";

Deno.test("folderOf() is the root for what is in it", () => {
  deepEqual(["/a/b", "/a", "/a/"].map(folderOf), ["/a", "/", "/a"]);
});

Deno.test("replaceFile() puts a whole file in the place of another, with its mode", () => {
  const folder = Deno.makeTempDirSync();
  try {
    const path = `${folder}/file`;
    Deno.writeTextFileSync(path, "what was there before");
    replaceFile(path, new TextEncoder().encode("new"), { mode: 0o600, isSynced: true });
    equal(Deno.readTextFileSync(path), "new");
    equal((Deno.statSync(path).mode ?? 0) & 0o777, 0o600);
    deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["file"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("replaceFile() leaves nothing behind where it fails", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${folder}/taken/full`, { recursive: true });
    throws(() => replaceFile(`${folder}/taken`, new Uint8Array(3)));
    deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["taken"]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
