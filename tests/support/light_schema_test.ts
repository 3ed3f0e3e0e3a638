/**
 * What looks at schemas without compiling them says the same as a whole implementation.
 *
 * @module
 */
import { deepStrictEqual, match, ok, throws } from "node:assert/strict";
import { wholeSchema } from "../../cli/schema/schemas.ts";
import { damagedValues } from "./damaged_json.ts";
import { jsonCases } from "./json_cases.ts";
import { lightProblems } from "./light_schema.ts";
import { schemaProblems, schemasOf } from "./schemas.ts";

function schema(name: string) {
  const found = wholeSchema(name);
  if (found === undefined) throw new Error(`There is no schema "${name}"`);
  return found;
}

/** An answer as it is, without each of its keys, and with damages. */
function variants(answer: Readonly<Record<string, unknown>>) {
  const without = Object.keys(answer).map((gone) => ({
    path: `/${gone}`,
    what: "missing",
    value: Object.fromEntries(Object.entries(answer).filter(([key]) => key !== gone)),
  }));
  return [{ path: "", what: "whole", value: answer }, ...without, ...damagedValues(answer)];
}

Deno.test("lightProblems() judges golden answers, and damaged ones, as ajv does", () => {
  const counts = { good: 0, bad: 0 };
  for (const { name, command, stdout } of jsonCases().filter((one) => one.stdout !== "")) {
    const answer = JSON.parse(stdout);
    for (const one of schemasOf(command)) {
      const whole = schema(one);
      for (const { path, what, value } of variants(answer)) {
        const isGood = schemaProblems(one, value).length === 0;
        deepStrictEqual(
          lightProblems(whole, value).length === 0,
          isGood,
          `${name}: ${one} ${path} ${what}`,
        );
        counts[isGood ? "good" : "bad"]++;
      }
    }
  }
  ok(counts.good > 50 && counts.bad > 1000, JSON.stringify(counts));
});

Deno.test("lightProblems() says where something is wrong", () => {
  const schema = {
    type: "object",
    required: ["a"],
    properties: { a: { type: "array", items: { $ref: "#/$defs/A" } } },
    $defs: { A: { type: ["integer", "null"], minimum: 1 } },
  };
  deepStrictEqual(lightProblems(schema, { a: [1, null] }), []);
  deepStrictEqual(lightProblems(schema, { a: [1, 0] }), ["/a/1: must be at least 1"]);
  match(lightProblems(schema, {})[0] ?? "", /"a" is missing/);
});

Deno.test("lightProblems() refuses keywords and formats that it does not know", () => {
  throws(() => lightProblems({ contains: {} }, []), /Cannot judge by the keyword "contains"/);
  throws(() => lightProblems({ format: "uri" }, "x"), /Cannot judge the format "uri"/);
});
