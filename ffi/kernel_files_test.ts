import { deepStrictEqual } from "node:assert/strict";
import { kernelFiles, listDirectory } from "./kernel_files.ts";
import { libc } from "./libc.ts";

// libraries are never closed, so a test that opened one would count as one that leaks it
libc();

Deno.test("listDirectory() finds nothing in a directory that is removed while it is read", () => {
  const path = Deno.makeTempDirSync();
  using directory = kernelFiles.openDirectory(path);
  Deno.removeSync(path);
  // what was opened is still there under this name, and the kernel says ENOENT to whoever lists it
  deepStrictEqual(listDirectory(`/proc/self/fd/${directory.raw}`), []);
  deepStrictEqual(listDirectory(path), []);
});
