import { deepEqual, equal } from "node:assert/strict";
import { matchesGolden, parseJsonc } from "./golden.ts";

Deno.test("matchesGolden() takes the same text and refuses another", () => {
  equal(matchesGolden("a (b)\n", "a (b)\n"), true);
  equal(matchesGolden("a (b)\n", "a (b)"), false);
  equal(matchesGolden("a", "ab"), false);
});

Deno.test("matchesGolden() lets [WILDCARD] stand for lines and [WILDLINE] for one", () => {
  equal(matchesGolden("a[WILDCARD]z\n", "a\nb\nz\n"), true);
  equal(matchesGolden("a[WILDLINE]z\n", "a b z\n"), true);
  equal(matchesGolden("a[WILDLINE]z\n", "a\nz\n"), false);
});

Deno.test("parseJsonc() drops comment lines and keeps slashes in strings", () => {
  deepEqual(parseJsonc('// why\n{"a": "x//y"}\n'), { a: "x//y" });
});
