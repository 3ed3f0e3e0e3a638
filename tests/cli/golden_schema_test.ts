/**
 * Every golden case that prints JSON prints what the schema of its command says.
 *
 * @module
 */
import { deepStrictEqual, ok } from "node:assert/strict";
import { COMMANDS } from "../../cli/commands/mod.ts";
import { resolveRoute } from "../../cli/route.ts";
import { parseJsonc } from "../support/golden.ts";
import { fittingSchema, schemaProblems } from "../support/schemas.ts";

const CASES = new URL("cases/", import.meta.url);

interface JsonCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
}

function readText(url: URL): string {
  try {
    return Deno.readTextFileSync(url);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

function isJson(args: readonly string[]): boolean {
  return args.some((word, at) =>
    /^(-o|--output|--format)=json$/i.test(word) ||
    (/^(-o|--output|--format)$/.test(args[at - 1] ?? "") && word.toLowerCase() === "json")
  );
}

function jsonCases(): JsonCase[] {
  const folders = [...Deno.readDirSync(CASES)].flatMap((area) =>
    [...Deno.readDirSync(new URL(`${area.name}/`, CASES))].map(({ name }) => `${area.name}/${name}`)
  );
  return folders.sort().flatMap((name) => {
    const folder = new URL(`${name}/`, CASES);
    const { args } = parseJsonc(readText(new URL("case.jsonc", folder))) as JsonCase;
    const [stdout, stderr] = ["stdout.out", "stderr.out"].map((file) =>
      readText(new URL(file, folder))
    );
    return isJson(args) ? [{ name, args, stdout: stdout ?? "", stderr: stderr ?? "" }] : [];
  });
}

Deno.test("golden cases with JSON follow the schemas of their commands", () => {
  const seen = new Set<string>();
  for (const { name, args, stdout, stderr } of jsonCases()) {
    if (stdout !== "") {
      const { command } = resolveRoute(COMMANDS, args);
      try {
        seen.add(fittingSchema(command.id, JSON.parse(stdout)));
      } catch (error) {
        throw new Error(`The case ${name} does not follow its schema`, { cause: error });
      }
    }
    const failure = stderr.slice(stderr.search(/^\{$/m));
    if (/^\{$/m.test(stderr)) {
      deepStrictEqual(schemaProblems("failure", JSON.parse(failure)), [], name);
      seen.add("failure");
    }
  }
  ok(seen.size >= 30, `only ${seen.size} schemas were used`);
});
