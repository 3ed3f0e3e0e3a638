import { deepStrictEqual, equal, match, ok } from "node:assert/strict";
import { MAN_REFERENCES } from "../../../cli/output/man_facts.ts";
import { manPages } from "../../../cli/output/man_page.ts";
import { roffText } from "../../../cli/output/roff.ts";
import { wholeSchema } from "../../../cli/schema/schemas.ts";
import { fieldsOf } from "./fields.ts";
import { referencePages } from "./pages.ts";

function textOf(name: string): string {
  const page = referencePages().find((one) => one.name === name);
  ok(page !== undefined, `no page ${name}`);
  return page.text;
}

/** Names of all keys that a schema has anywhere. */
function keysIn(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysIn);
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([name, value]) =>
    name === "properties" ? [...Object.keys(value), ...keysIn(Object.values(value))] : keysIn(value)
  );
}

Deno.test("fieldsOf() says where keys stand, what they may be, and equal parts once", () => {
  const rule = { properties: { a: { type: "string" }, b: { enum: ["x", "y"] } } } as const;
  const schema = {
    required: ["size"],
    properties: {
      size: { type: "integer", minimum: 1, maximum: 9, description: "How many" },
      first: { type: "object", description: "A rule", ...rule },
      others: { type: "object", additionalProperties: { type: "object", ...rule } },
      odd: {},
    },
  } as const;
  deepStrictEqual(fieldsOf(schema), [
    { path: "size", text: "How many (whole number from 1 to 9; required)" },
    { path: "first", text: "A rule (object)" },
    { path: "first.a", text: "text" },
    { path: "first.b", text: "one of x, y" },
    { path: "others", text: "object" },
    { path: "others.NAME.*", text: "The keys of first" },
    { path: "odd", text: "anything" },
  ]);
});

Deno.test("fieldsOf() tells of a key of several alternatives once", () => {
  const kind = (word: string) => ({ properties: { kind: { enum: [word] } } });
  deepStrictEqual(
    fieldsOf({ properties: { from: { anyOf: [kind("a"), kind("b")] } } }),
    [
      { path: "from", text: "" },
      { path: "from.kind", text: "a; or: b" },
    ].map(({ path, text }) => ({ path, text: text === "" ? "anything" : text })),
  );
});

Deno.test("pages of files have every key of their schemas", () => {
  const schemas = [
    ["bpfman-config.5", "config"],
    ["bpfman-policy.5", "policy"],
    ["bpfman-manifest.5", "bpfapplication"],
    ["bpfman-audit.5", "audit"],
    ["bpfman-facts.5", "facts"],
  ] as const;
  for (const [page, name] of schemas) {
    // a policy within the configuration is told of on the page of policies
    const text = page === "bpfman-config.5"
      ? textOf(page) + textOf("bpfman-policy.5")
      : textOf(page);
    const keys = new Set(keysIn(wholeSchema(name)));
    ok(keys.size > 10, name);
    const told = [...text.matchAll(/^\.TP\n\\fB(.+)\\fP$/gm)].map(([, path = ""]) =>
      path.replaceAll("[]", "").split(".").at(-1)
    );
    for (const key of keys) ok(told.includes(roffText(key)), `${page} does not tell of ${key}`);
  }
});

Deno.test("every page that another one names is there", () => {
  const pages = [...manPages(), ...referencePages()];
  const names = new Set(pages.map(({ name }) => name));
  equal(names.size, pages.length);
  for (const { name, text } of pages) {
    const named = text.replaceAll("\\-", "-").replaceAll(/\\f[BP]/g, "")
      .matchAll(/\b(bpfman(?:-[\w-]+)?) ?\(([1-8])\)/g);
    for (const [, other, section] of named) {
      ok(names.has(`${other}.${section}`), `${name} names ${other}(${section})`);
    }
  }
});

Deno.test("pages of files and concepts are named by the tool's page and by those of commands", () => {
  const pages = new Map(manPages().map(({ name, text }) => [name, text]));
  for (const { name, section } of MAN_REFERENCES) {
    ok(pages.get("bpfman.1")?.includes(`.BR ${roffText(name)} (${section})`), name);
  }
  match(pages.get("bpfman-apply.1") ?? "", /^\.BR bpfman\\-manifest \(5\)$/m);
  match(pages.get("bpfman-policy-why.1") ?? "", /^\.BR bpfman\\-policy \(5\),?$/m);
});

Deno.test("no line of these pages begins like a request that is none, and no tab is left", () => {
  for (const { name, text } of referencePages()) {
    for (const line of text.split("\n")) {
      ok(!line.includes("\t"), `${name}: ${line}`);
      if (!/^[.']/.test(line)) continue;
      match(line, /^\.(TH|SH|SS|PP|TP|IP|BR|RS|RE|nf|fi|nh|ad|br|\\")( |$)/, `${name}: ${line}`);
    }
  }
});
