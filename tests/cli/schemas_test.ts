/**
 * The published schemas: each is one, stands alone, takes what commands print and nothing else, and
 * keeps what was promised.
 *
 * @module
 */
import { deepStrictEqual, ok, rejects, throws } from "node:assert/strict";
import { parse } from "smol-toml";
import {
  makeProfile,
  profileFromFile,
  profileToFile,
} from "../../bytecode-tools/kernel/profile.ts";
import { SCHEMA_WORDS } from "../../cli/commands/schema.ts";
import { parseConfiguration } from "../../cli/config_file.ts";
import { publishedSchemas, SCHEMA_NAMES } from "../../cli/schema/schemas.ts";
import { namedIn } from "../../cli/schema/json_schema.ts";
import { named, object, text } from "../../cli/schema/shape.ts";
import { codeBlocks } from "../demo/console_blocks.ts";
import { BAD_CONFIGURATIONS } from "../support/config_cases.ts";
import { damagedValues } from "../support/damaged_json.ts";
import { jsonCases } from "../support/json_cases.ts";
import {
  fittingSchema,
  schemaProblems,
  schemasOf,
  wholeSchemaProblems,
} from "../support/schemas.ts";
import { brokenPromises, fieldLines, promisedLines } from "./schema_fields.ts";

const FOLDER = new URL("../../docs/schema/", import.meta.url);
const DOCS = new URL("../../docs/", import.meta.url);

Deno.test("docs/schema has the schemas, and no other files", () => {
  const wanted = ["defs", ...SCHEMA_NAMES].map((name) => `${name}.schema.json`);
  const found = [...Deno.readDirSync(FOLDER)].map(({ name }) => name);
  deepStrictEqual(found.sort(), [...wanted, "README.md", "fields.txt"].sort());
});

Deno.test("the names that are completed are those that there are", () => {
  deepStrictEqual([...SCHEMA_WORDS], SCHEMA_NAMES);
});

Deno.test("every schema compiles among the others and alone, and refuses what it is not", () => {
  for (const name of SCHEMA_NAMES) {
    const wrong = { "no such key": true };
    ok(schemaProblems(name, wrong).length > 0, name);
    ok(wholeSchemaProblems(name, wrong).length > 0, name);
  }
});

Deno.test("golden answers fit the schemas that stand alone, too", () => {
  const seen = new Set<string>();
  for (const { command, stdout } of jsonCases().filter((one) => one.stdout !== "")) {
    const answer = JSON.parse(stdout);
    const name = fittingSchema(command, answer);
    if (seen.has(name)) continue;
    deepStrictEqual(wholeSchemaProblems(name, answer), [], name);
    seen.add(name);
  }
  ok(seen.size >= 38);
});

/** Places where anything may be. */
const ANYTHING = /^\/(predicate|globals\/\d+\/value|items\/.*|spec\/.*|metadata.*)$/;

Deno.test("damaged answers are refused, wherever they are damaged", () => {
  let count = 0;
  for (const { name, command, stdout } of jsonCases().filter((one) => one.stdout !== "")) {
    const names = schemasOf(command);
    for (const { path, what, value } of damagedValues(JSON.parse(stdout))) {
      if (ANYTHING.test(path)) continue;
      const fits = names.filter((one) => schemaProblems(one, value).length === 0);
      deepStrictEqual(fits, [], `${name}: ${path} ${what}`);
      count++;
    }
  }
  ok(count > 1000, `only ${count} damages`);
});

Deno.test("docs/schema/fields.txt: no field that was promised is gone or changed", () => {
  const promised = Deno.readTextFileSync(new URL("fields.txt", FOLDER)).trimEnd().split("\n");
  ok(promised.length > 1000);
  const broken = brokenPromises(promised, fieldLines(publishedSchemas()));
  deepStrictEqual(broken, [], "keep the field, or raise the version of the schema");
});

Deno.test("brokenPromises() and promisedLines() let fields come and not go", () => {
  const before = ["a@1 x string", "a@1 y? integer", "b@1 z array"];
  deepStrictEqual(brokenPromises(before, [...before, "a@1 new string"]), []);
  deepStrictEqual(brokenPromises(before, before.slice(1)), ["a@1 x string"]);
  deepStrictEqual(
    brokenPromises(before, ["a@1 x string|null", ...before.slice(1)]),
    before.slice(0, 1),
  );
  // what was there sometimes is there always: nobody is hurt; the other way round somebody is
  deepStrictEqual(brokenPromises(before, ["a@1 x string", "a@1 y integer", "b@1 z array"]), []);
  deepStrictEqual(brokenPromises(["a@1 x string"], ["a@1 x? string"]), ["a@1 x string"]);
  deepStrictEqual(promisedLines(before, before.slice(1)), before, "a promise was forgotten");
  deepStrictEqual(promisedLines(before, ["a@2 x integer", "b@1 z array"]), [
    "a@2 x integer",
    "b@1 z array",
  ]);
});

Deno.test("namedIn() refuses two definitions of one name", () => {
  const [one, other] = [named("A", { x: text("x") }, "a"), named("A", { y: text("y") }, "a")];
  throws(() => namedIn([object({ one, other }, "both")]), /Two definitions are named "A"/);
});

/** Every configuration that the documentation shows. */
function shownConfigurations(): string[] {
  const pages = [...Deno.readDirSync(DOCS)].filter(({ name }) => name.endsWith(".md"));
  return pages.flatMap(({ name }) =>
    codeBlocks(Deno.readTextFileSync(new URL(name, DOCS)), "toml")
  );
}

Deno.test("configurations of the documentation are read without a note, and fit the schema", async () => {
  const shown = shownConfigurations();
  ok(shown.length >= 4);
  for (const text of shown) {
    deepStrictEqual((await parseConfiguration(text, "f")).warnings, [], text);
    deepStrictEqual(schemaProblems("config", parse(text)), [], text);
    deepStrictEqual(wholeSchemaProblems("config", parse(text)), [], text);
  }
});

for (const { text, isBroken = false } of BAD_CONFIGURATIONS) {
  Deno.test(`the configuration ${JSON.stringify(text)} is refused by reader and schema`, async () => {
    await rejects(parseConfiguration(text, "f"));
    if (isBroken) throws(() => parse(text));
    else ok(schemaProblems("config", parse(text)).length > 0, text);
  });
}

Deno.test("what the reader only notes is refused by the schema of the configuration", async () => {
  for (const text of ["[maps]\ngrup = 1\n", "[colour]\n", "[registries.a]\nproxy = 1\n"]) {
    ok((await parseConfiguration(text, "f")).warnings.length === 1, text);
    ok(schemaProblems("config", parse(text)).length > 0, text);
  }
});

/** What a file of facts holds, unpacked. */
async function writtenFacts(profile: Parameters<typeof profileToFile>[0]): Promise<unknown> {
  const packed = new Blob([await profileToFile(profile)]).stream();
  return await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).json();
}

Deno.test("files of facts fit their schema; what is damaged is refused by it and by the reader", async () => {
  const btf = Uint8Array.of(0x9f, 0xeb, 1, 0);
  deepStrictEqual(schemaProblems("facts", await writtenFacts(makeProfile({ btf }))), []);
  const profile = makeProfile({
    btf,
    release: "6.12.57",
    modules: [{ name: "veth", btf }],
    config: "CONFIG_HZ=250\n",
    symbols: "ffffffff81000000 T _stext\n",
    tracepoints: "sched:sched_switch\n",
    securityModules: "lockdown,bpf\n",
  });
  const type = { name: "xdp", type: 6, attachType: 0, isLoadable: null, why: "not asked" };
  const host = { architecture: "x86_64", hasJit: true, libbpf: "1.5.0", libxdp: null };
  const facts = await writtenFacts({
    ...profile,
    hasMoreModules: true,
    host: { ...host, programTypes: [type] },
  });
  deepStrictEqual(wholeSchemaProblems("facts", facts), []);
  const damaged = [...damagedValues(facts)];
  ok(damaged.length > 20);
  for (const { path, what, value } of damaged) {
    ok(schemaProblems("facts", value).length > 0, `${path} ${what}`);
  }
  for (const key of ["format", "version", "name", "release", "btf", "modules", "host"]) {
    const wrong = { ...Object(facts), [key]: 7 };
    await rejects(profileFromFile(new TextEncoder().encode(JSON.stringify(wrong))), key);
  }
});
