import { deepStrictEqual as deepEqual, ok, throws } from "node:assert/strict";
import { entriesIn, ifThere, isFolder, isTaken, isThere, removeIfThere } from "./if_there.ts";

/** Works in a folder of its own that is gone afterwards. */
function inFolder(work: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("isThere(), isFolder() and isTaken() tell files, folders and links apart", () => {
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "x");
    Deno.symlinkSync("nowhere", `${folder}/loose`);
    Deno.symlinkSync(".", `${folder}/link`);
    const seen = ["file", "loose", "link", "absent"].map((name) => {
      const path = `${folder}/${name}`;
      return [isThere(path), isFolder(path), isTaken(path)];
    });
    deepEqual(seen, [
      [true, false, true],
      [false, false, true],
      [true, true, true],
      [false, false, false],
    ]);
  });
});

Deno.test("ifThere() throws what is no absence", () => {
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "x");
    throws(() => ifThere(() => Deno.statSync(`${folder}/file/below`)), Deno.errors.NotADirectory);
    throws(() => entriesIn(`${folder}/file`), Deno.errors.NotADirectory);
  });
});

Deno.test("removeIfThere() tells whether there was something, and keeps a folder in use", () => {
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/one/two`, { recursive: true });
    throws(() => removeIfThere(`${folder}/one`));
    ok(removeIfThere(`${folder}/one`, { recursive: true }));
    ok(!removeIfThere(`${folder}/one`, { recursive: true }));
    deepEqual(entriesIn(folder), []);
    deepEqual(entriesIn(`${folder}/one`), []);
  });
});
