import { strictEqual, throws } from "node:assert/strict";
import { matchesSelector, parseSelector } from "./selector.ts";

const METADATA = { app: "shop", tier: "front", empty: "", "example.com/team": "a" };

/** What holds for METADATA, and what does not. */
const CASES: readonly (readonly [selector: string, holds: boolean])[] = [
  ["", true],
  ["app", true],
  ["other", false],
  ["!other", true],
  ["!app", false],
  ["app=shop", true],
  ["app==shop", true],
  ["app = shop", true],
  ["app=bank", false],
  ["app!=bank", true],
  ["app!=shop", false],
  ["other!=shop", true],
  ["empty=", true],
  ["app=", false],
  ["tier in (front, back)", true],
  ["tier in (back)", false],
  ["tier notin (back,old)", true],
  ["tier notin (front)", false],
  ["other notin (front)", true],
  ["other in (front)", false],
  ["app=shop,tier in (front),!old", true],
  ["app=shop,tier=back", false],
  ["example.com/team=a", true],
  ["in=x", false],
];

for (const [selector, holds] of CASES) {
  Deno.test(`the selector "${selector}" ${holds ? "takes" : "leaves out"} the sample`, () => {
    strictEqual(matchesSelector(parseSelector(selector), METADATA), holds);
  });
}

const WRONG = ["=x", "a in b", "a in (b", "a b", "a,", ",a", "!", "a=(b)", "-a", "a=b=c", "a!b"];

for (const selector of WRONG) {
  Deno.test(`the selector "${selector}" is refused`, () => {
    throws(() => parseSelector(selector), /Cannot read selector/);
  });
}
