import { strictEqual } from "node:assert/strict";
import { accusedMember } from "./refusal.ts";

const PLACES = [{ name: "one", start: 30, end: 40 }, { name: "two", start: 40, end: 50 }];

Deno.test("accusedMember() names whose instruction the verifier looked at last", () => {
  strictEqual(accusedMember("5: (85) call pc+7\n41: (95) exit\nno such thing", PLACES), "two");
  strictEqual(accusedMember("39: (b7) r0 = 1\nR1 invalid", PLACES), "one");
  strictEqual(accusedMember("5: (85) call pc+7\nbad", PLACES), null);
  strictEqual(accusedMember("the total number of maps", PLACES), null);
});
