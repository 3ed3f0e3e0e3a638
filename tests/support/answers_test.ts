import { deepStrictEqual, match, throws } from "node:assert/strict";
import { jsonProblems, withJson } from "./answers.ts";
import { jsonCases } from "./json_cases.ts";

const LIST = ["--color", "never", "list", "programs", "-o", "json", "--runtime-dir", "/x"];

function result(stdout: string, { code = 0, stderr = "" } = {}) {
  return { code, stdout, stderr };
}

function goldenOf(command: string): string {
  const found = jsonCases().find((one) => one.command === command && one.stdout !== "");
  if (found === undefined) throw new Error(`There is no case of "${command}"`);
  return found.stdout;
}

Deno.test("jsonProblems() takes answers as they are published, one or several", () => {
  const list = goldenOf("list-programs");
  deepStrictEqual(jsonProblems(LIST, result(list)), []);
  const links = goldenOf("list-links");
  deepStrictEqual(jsonProblems(["list", "links", "--output=json"], result(links + links)), []);
});

Deno.test("withJson() refuses an answer with a key too many, too few, or of another type", () => {
  const list = JSON.parse(goldenOf("list-programs"));
  const [first] = list.programs;
  for (
    const [programs, message] of [
      [[{ ...first, colour: "red" }], /\/programs\/0: unknown key "colour"/],
      [[{ ...first, program_id: undefined }], /\/programs\/0: "program_id" is missing/],
      [[{ ...first, type: 5 }], /\/programs\/0\/type: must be/],
    ] as const
  ) {
    const text = JSON.stringify({ ...list, programs }, null, 2);
    throws(() => withJson(LIST, result(text)), message);
  }
});

Deno.test("jsonProblems() looks at failures on standard error, among notes", () => {
  const failure = jsonCases().map(({ stderr }) => stderr.match(/^\{$[^]*?^\}$/m)?.[0])
    .find((text) => text !== undefined) ?? "";
  const stderr = `bpfman: note: x\n${failure}\n`;
  deepStrictEqual(jsonProblems(LIST, result("", { code: 3, stderr })), []);
  const broken = stderr.replace('"error"', '"mistake"');
  match(jsonProblems(LIST, result("", { code: 3, stderr: broken })).join(), /"error" is missing/);
});

Deno.test("jsonProblems() leaves alone what is no JSON, and what a killed command printed", () => {
  deepStrictEqual(jsonProblems(["list", "programs"], result("PROGRAM ID\n")), []);
  deepStrictEqual(jsonProblems(LIST, result('{\n  "pro', { code: 137 })), []);
});
