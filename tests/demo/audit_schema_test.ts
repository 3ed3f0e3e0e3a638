import { deepStrictEqual, ok } from "node:assert/strict";
import { AUDIT_RESULTS } from "../../core/audit/types.ts";
import { AuditScene } from "../support/audit_scene.ts";

/** A schema, as far as this one goes. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
}

const ROOT: Schema = JSON.parse(
  Deno.readTextFileSync(new URL("../../docs/schema/audit.schema.json", import.meta.url)),
);

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function fitsType(value: unknown, types: readonly string[]): boolean {
  return types.includes(typeOf(value)) || (types.includes("number") && typeof value === "number");
}

/** What is wrong with a value, in words. */
function problems(value: unknown, schema: Schema, at: string): string[] {
  if (schema.$ref !== undefined) {
    const found = ROOT.$defs?.[schema.$ref.replace("#/$defs/", "")];
    return found === undefined ? [`${at}: no ${schema.$ref}`] : problems(value, found, at);
  }
  if (schema.anyOf !== undefined) {
    return schema.anyOf.some((one) => problems(value, one, at).length === 0) ? [] : [`${at}: none`];
  }
  const { type, pattern, minimum } = schema;
  const isWrong = (type !== undefined && !fitsType(value, [type].flat())) ||
    (schema.const !== undefined && schema.const !== value) ||
    (schema.enum !== undefined && !schema.enum.includes(value)) ||
    (pattern !== undefined && !new RegExp(pattern).test(String(value))) ||
    (minimum !== undefined && Number(value) < minimum);
  return [...(isWrong ? [`${at}: ${JSON.stringify(value)}`] : []), ...within(value, schema, at)];
}

function within(value: unknown, schema: Schema, at: string): string[] {
  const { items, properties, required = [] } = schema;
  if (Array.isArray(value)) {
    return items === undefined ? [] : value.flatMap((one) => problems(one, items, `${at}[]`));
  }
  if (typeof value !== "object" || value === null || properties === undefined) return [];
  const missing = required.filter((key) => !(key in value)).map((key) => `${at}.${key} is missing`);
  return [
    ...missing,
    ...Object.entries(value).flatMap(([key, inner]) => {
      const known = properties[key];
      return known === undefined
        ? [`${at}.${key} is not known`]
        : problems(inner, known, `${at}.${key}`);
    }),
  ];
}

Deno.test("docs/schema/audit.schema.json describes every line of the audit log", async () => {
  using scene = new AuditScene();
  const via = { tool: "sudo", uid: 1000, user: null } as const;
  await scene.append({ who: { uid: 0, user: "root", via, login: 1000, account: "a/b" } });
  const rule = { allowed: false, scope: "default", path: "default", where: "p.json:1" };
  for (const result of AUDIT_RESULTS) {
    await scene.append({ result, rule, object: null, signer: "key sha256:00", error: "usage" });
  }
  const digest = `sha256:${"2".repeat(64)}`;
  await scene.append({ source: { kind: "image", reference: "quay.io/a/b:c", digest } });
  await scene.append({ source: { kind: "layout", path: "/srv/layout", digest } });
  scene.writeLines([...scene.lines().slice(0, -1), "cut"]);
  await scene.append({ source: null });
  const lines = scene.lines().filter((line) => line !== "cut").map((line) => JSON.parse(line));
  ok("torn" in lines.at(-1) && "lost" in lines.at(-1));
  for (const line of lines) deepStrictEqual(problems(line, ROOT, ""), []);
  // and it is no schema that takes everything
  const [first] = lines;
  deepStrictEqual(problems({ ...first, more: 1 }, ROOT, ""), [".more is not known"]);
  deepStrictEqual(problems({ ...first, result: "odd" }, ROOT, "").length, 1);
  const { hash: _hash, ...bare } = first;
  deepStrictEqual(problems(bare, ROOT, ""), [".hash is missing"]);
});
