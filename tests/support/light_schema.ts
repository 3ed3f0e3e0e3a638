/**
 * JSON Schemas, looked at as they are: nothing is compiled, as a schema is asked a few times only
 * where a processor is emulated. It knows the keywords that our schemas use, and refuses others; a
 * test compares it with a whole implementation.
 *
 * @module
 */

type Schema = Readonly<Record<string, unknown>>;

/** Where references of a schema lead. */
interface Scope {
  /** The schema that `#/$defs` is looked up in. */
  readonly root: Schema;
  /** Schemas within it that have a name of their own. */
  readonly named: ReadonlyMap<string, Schema>;
}

/** What is looked at. */
interface Look extends Scope {
  readonly schema: Schema;
  /** JSON pointer of the value. */
  readonly path: string;
}

type Rule = (wanted: unknown, value: unknown, look: Look) => string[];

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function isObject(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function schemaOf(value: unknown): Schema {
  if (isObject(value)) return value;
  throw new TypeError(`Cannot use ${JSON.stringify(value)} as a schema`);
}

function schemasOf(value: unknown): Schema[] {
  return Array.isArray(value) ? value.map(schemaOf) : [];
}

function isOfType(type: unknown, value: unknown): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  if (type === "integer") return Number.isInteger(value);
  const found = typeof value;
  return found === type;
}

function saidOnly(isGood: boolean, message: string): string[] {
  return isGood ? [] : [message];
}

/** A rule for numbers, lists, objects or texts, by what is measured. */
function bound(measure: (value: unknown) => number | undefined, sign: 1 | -1): Rule {
  return (wanted, value) => {
    const found = measure(value);
    const isGood = found === undefined || sign * (found - Number(wanted)) >= 0;
    return saidOnly(isGood, `must be ${sign === 1 ? "at least" : "at most"} ${wanted}`);
  };
}

const number = (value: unknown) => typeof value === "number" ? value : undefined;
const length = (value: unknown) => typeof value === "string" ? [...value].length : undefined;
const items = (value: unknown) => Array.isArray(value) ? value.length : undefined;
const keys = (value: unknown) => isObject(value) ? Object.keys(value).length : undefined;

function fits(schema: unknown, value: unknown, look: Look): boolean {
  return problemsIn({ ...look, schema: schemaOf(schema) }, value).length === 0;
}

function inner(look: Look, schema: unknown, key: string | number, value: unknown): string[] {
  return problemsIn({ ...look, schema: schemaOf(schema), path: `${look.path}/${key}` }, value);
}

function additional(wanted: unknown, value: unknown, look: Look): string[] {
  if (!isObject(value)) return [];
  const known = isObject(look.schema["properties"]) ? look.schema["properties"] : {};
  const others = Object.keys(value).filter((key) => !Object.hasOwn(known, key));
  if (wanted === false) return others.map((key) => `unknown key "${key}"`);
  return others.flatMap((key) => inner(look, wanted, key, value[key]));
}

function reference(wanted: unknown, value: unknown, look: Look): string[] {
  const target = String(wanted);
  const name = target.startsWith("#/$defs/") ? target.slice("#/$defs/".length) : undefined;
  const found = name === undefined ? look.named.get(target) : schemaOf(look.root["$defs"])[name];
  const schema = schemaOf(found);
  return problemsIn({ ...look, schema, root: name === undefined ? schema : look.root }, value);
}

const RULES: Readonly<Record<string, Rule>> = {
  $ref: reference,
  type: (wanted, value) =>
    saidOnly([wanted].flat().some((type) => isOfType(type, value)), `must be ${wanted}`),
  enum: (wanted, value) =>
    saidOnly(Array.isArray(wanted) && wanted.includes(value), `must be one of ${wanted}`),
  const: (wanted, value) => saidOnly(wanted === value, `must be ${wanted}`),
  required: (wanted, value) =>
    isObject(value)
      ? [wanted].flat().filter((key) => !Object.hasOwn(value, String(key)))
        .map((key) => `"${key}" is missing`)
      : [],
  properties: (wanted, value, look) =>
    isObject(value)
      ? Object.entries(schemaOf(wanted)).flatMap(([key, schema]) =>
        // `true` takes anything
        Object.hasOwn(value, key) && schema !== true ? inner(look, schema, key, value[key]) : []
      )
      : [],
  additionalProperties: additional,
  items: (wanted, value, look) =>
    Array.isArray(value) ? value.flatMap((one, at) => inner(look, wanted, at, one)) : [],
  pattern: (wanted, value) =>
    typeof value === "string"
      ? saidOnly(new RegExp(String(wanted), "u").test(value), `must fit ${wanted}`)
      : [],
  format: (wanted, value) => {
    if (wanted !== "date-time") throw new TypeError(`Cannot judge the format "${wanted}"`);
    return saidOnly(typeof value !== "string" || RFC_3339.test(value), "must be an instant");
  },
  anyOf: (wanted, value, look) =>
    saidOnly(schemasOf(wanted).some((one) => fits(one, value, look)), "fits no alternative"),
  oneOf: (wanted, value, look) =>
    saidOnly(
      schemasOf(wanted).filter((one) => fits(one, value, look)).length === 1,
      "must fit one alternative",
    ),
  allOf: (wanted, value, look) =>
    schemasOf(wanted).flatMap((schema) => problemsIn({ ...look, schema }, value)),
  not: (wanted, value, look) => saidOnly(!fits(wanted, value, look), "must not be"),
  if: (wanted, value, look) => {
    const next = look.schema[fits(wanted, value, look) ? "then" : "else"];
    return next === undefined ? [] : problemsIn({ ...look, schema: schemaOf(next) }, value);
  },
  minimum: bound(number, 1),
  maximum: bound(number, -1),
  minLength: bound(length, 1),
  maxLength: bound(length, -1),
  minItems: bound(items, 1),
  maxItems: bound(items, -1),
  minProperties: bound(keys, 1),
  maxProperties: bound(keys, -1),
};

/** Keywords that judge nothing by themselves. */
const SILENT = ["$schema", "$id", "$comment", "$defs", "title", "description", "default"]
  .concat("then", "else");

function problemsIn(look: Look, value: unknown): string[] {
  return Object.entries(look.schema).flatMap(([keyword, wanted]) => {
    const rule = RULES[keyword];
    if (rule !== undefined) {
      return rule(wanted, value, look)
        .map((text) => text.startsWith("/") ? text : `${look.path || "/"}: ${text}`);
    }
    if (SILENT.includes(keyword)) return [];
    throw new TypeError(`Cannot judge by the keyword "${keyword}"`);
  });
}

/**
 * What is wrong with a value.
 *
 * @param schema A schema that stands alone.
 * @param value The value.
 * @throws {TypeError} When the schema has a keyword that is not known here.
 */
export function lightProblems(schema: Schema, value: unknown): string[] {
  const definitions = Object.values(isObject(schema["$defs"]) ? schema["$defs"] : {});
  const named = new Map(
    definitions.filter(isObject).map((one) => [String(one["$id"] ?? ""), one] as const),
  );
  return problemsIn({ schema, root: schema, named, path: "" }, value);
}
