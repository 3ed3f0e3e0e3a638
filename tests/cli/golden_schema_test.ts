/**
 * Every golden case that prints JSON prints what the schema of its command says.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { jsonCases } from "../support/json_cases.ts";
import { fittingSchema, schemaProblems } from "../support/schemas.ts";

const FAILURE = /^\{$[^]*^\}$/m;

Deno.test("golden cases with JSON follow the schemas of their commands", () => {
  const seen = new Set<string>();
  for (const { name, command, stdout, stderr } of jsonCases()) {
    if (stdout !== "") {
      try {
        seen.add(fittingSchema(command, JSON.parse(stdout)));
      } catch (error) {
        throw new Error(`The case ${name} does not follow its schema`, { cause: error });
      }
    }
    const [failure] = stderr.match(FAILURE) ?? [];
    if (failure !== undefined) {
      deepStrictEqual(schemaProblems("failure", JSON.parse(failure)), [], name);
      seen.add("failure");
    }
  }
  ok(seen.size >= 39, `only ${seen.size} schemas were used`);
});
