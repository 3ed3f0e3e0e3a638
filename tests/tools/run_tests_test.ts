import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { filesBelow, findTestFiles, orphanFiles, RING_PATHS, RINGS } from "./rings.ts";
import { parseFlags } from "./run_tests.ts";

Deno.test("parseFlags() runs every ring by default", () => {
  deepStrictEqual(parseFlags([]), { rings: RINGS, filter: undefined });
});

Deno.test("parseFlags() takes rings in running order and a filter", () => {
  deepStrictEqual(parseFlags(["--ring", "vm", "--ring=unit", "--filter", "a=b"]), {
    rings: ["unit", "vm"],
    filter: "a=b",
  });
  strictEqual(parseFlags(["--filter=x=y"]).filter, "x=y");
});

Deno.test("parseFlags() refuses unknown flags, rings and missing values", () => {
  throws(() => parseFlags(["--rings", "unit"]), /Cannot use "--rings"/);
  throws(() => parseFlags(["--ring", "moon"]), /the rings are unit, kernel, vm/);
  throws(() => parseFlags(["--ring"]), /it needs a value/);
});

Deno.test("filesBelow() matches whole path parts", () => {
  const files = ["core/a_test.ts", "core2/a_test.ts", "mod_test.ts"];
  deepStrictEqual(filesBelow(files, ["core", "mod_test.ts"]), ["core/a_test.ts", "mod_test.ts"]);
});

Deno.test("findTestFiles() finds this file and every file has a ring", () => {
  const files = findTestFiles();
  ok(files.includes("tests/tools/run_tests_test.ts"));
  deepStrictEqual(orphanFiles(files), []);
  deepStrictEqual(orphanFiles(["tests/nowhere/a_test.ts"]), ["tests/nowhere/a_test.ts"]);
});

Deno.test("no test file belongs to two rings", () => {
  const owned = RINGS.flatMap((ring) => filesBelow(findTestFiles(), RING_PATHS[ring]));
  strictEqual(new Set(owned).size, owned.length);
});
