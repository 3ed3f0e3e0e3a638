import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { projectFiles } from "./project.ts";
import { writeProject } from "./write_project.ts";

function inFolder(work: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function names(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("writeProject() writes every file with its mode and leaves nothing beside", () => {
  inFolder((folder) => {
    const files = projectFiles("xdp", "guard");
    writeProject(`${folder}/guard`, files);
    deepStrictEqual(names(folder), ["guard"]);
    for (const { path, bytes, isExecutable } of files) {
      deepStrictEqual(Deno.readFileSync(`${folder}/guard/${path}`), bytes);
      const mode = Deno.statSync(`${folder}/guard/${path}`).mode ?? 0;
      strictEqual((mode & 0o100) !== 0, isExecutable, path);
    }
  });
});

Deno.test("writeProject() leaves alone what has the name", () => {
  inFolder((folder) => {
    for (
      const make of [
        (path: string) => Deno.mkdirSync(path),
        (path: string) => Deno.writeTextFileSync(path, "mine"),
        (path: string) => Deno.symlinkSync("/nowhere", path),
      ]
    ) {
      make(`${folder}/guard`);
      throws(() => writeProject(`${folder}/guard`, projectFiles("tc", "guard")), {
        code: "project-exists",
      });
      deepStrictEqual(names(folder), ["guard"]);
      Deno.removeSync(`${folder}/guard`);
    }
  });
});

Deno.test("writeProject() names a parent that is not there", () => {
  inFolder((folder) => {
    throws(() => writeProject(`${folder}/a/guard`, projectFiles("tc", "guard")), {
      message: `Cannot make project "${folder}/a/guard": "${folder}/a" does not exist`,
      kind: "not-found",
    });
    deepStrictEqual(names(folder), []);
  });
});
