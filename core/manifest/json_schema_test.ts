import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Ajv2020 } from "ajv/2020";
import { BAD_MANIFESTS } from "../../tests/support/manifest_cases_bad.ts";
import { GOOD_MANIFESTS } from "../../tests/support/manifest_cases_good.ts";
import { BAD_LINKS } from "../../tests/support/manifest_cases_links.ts";
import { manifestOf } from "../../tests/support/manifests.ts";
import { manifestJsonSchema } from "./json_schema.ts";
import { ManifestError } from "./problems.ts";
import { readManifests } from "./read.ts";

const validate = new Ajv2020({ strict: false, allErrors: true }).compile(manifestJsonSchema());

/** Everything that is wrong with a manifest, without file and line. */
function problemsOf(manifest: unknown): string[] {
  try {
    readManifests([{ path: "app.json", text: JSON.stringify(manifest, null, 2) }]);
    return [];
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    return error.problems.map(({ path, message }) => path === "" ? message : `${path}: ${message}`);
  }
}

for (const one of [...GOOD_MANIFESTS, ...BAD_MANIFESTS, ...BAD_LINKS]) {
  const { title, problem, isBeyondSchema = false } = one;
  const verdict = problem === undefined ? "take" : isBeyondSchema ? "differ on" : "refuse";
  Deno.test(`reader and schema ${verdict} ${title}`, () => {
    const manifest = manifestOf(one);
    const problems = problemsOf(manifest);
    if (problem === undefined) deepStrictEqual(problems, []);
    else ok(problems.some((text) => text.startsWith(problem)), problems.join("\n"));
    const isGood = validate(manifest);
    strictEqual(isGood, problem === undefined || isBeyondSchema, JSON.stringify(validate.errors));
  });
}
