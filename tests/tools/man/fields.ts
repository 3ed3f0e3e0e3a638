/**
 * Keys of a JSON Schema as entries of a man page: where each stands, what it is for and what it may
 * be.
 *
 * @module
 */
import { roffArgument, roffEntry } from "../../../cli/output/roff.ts";

/** A JSON Schema, as far as it is read here. */
export interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: boolean | FieldSchema;
  readonly items?: FieldSchema;
  readonly anyOf?: readonly FieldSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, FieldSchema>>;
}

/** One key. */
export interface Field {
  /** Such as `scopes.NAME.require[].keys`. */
  readonly path: string;
  /** What it is for and what it may be. */
  readonly text: string;
}

const WORDS: Readonly<Record<string, string>> = {
  string: "text",
  boolean: "true or false",
  array: "list",
  object: "object",
  null: "null",
  number: "number",
};

/** Bounds that say more than what numbers can hold. */
function bounds({ minimum, maximum }: FieldSchema): string {
  const least = minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const most = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const from = least === undefined ? "" : ` from ${least}`;
  return `${from}${most === undefined ? (from === "" ? "" : " on") : ` to ${most}`}`;
}

function typeWord(type: string, schema: FieldSchema): string {
  if (type === "integer") return `whole number${bounds(schema)}`;
  if (type === "string" && schema.format === "date-time") return "instant (RFC 3339)";
  if (type === "string" && schema.format === "regex") return "regular expression";
  if (type === "array" && schema.items !== undefined) {
    const inner = typeText(schema.items);
    return inner === "" ? "list" : `list of: ${inner}`;
  }
  return WORDS[type] ?? type;
}

/** Name of the definition that a reference leads to. */
function referenceName({ $ref }: FieldSchema): string | undefined {
  return $ref === undefined ? undefined : $ref.slice($ref.lastIndexOf("/") + 1);
}

/** What a value may be, in words. */
function typeText(schema: FieldSchema): string {
  const { type, anyOf, enum: words } = schema;
  const name = referenceName(schema);
  if (name !== undefined) return name;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (words !== undefined) return `${words.length > 1 ? "one of " : ""}${words.join(", ")}`;
  if (anyOf !== undefined) return [...new Set(anyOf.map(typeText))].join(" or ");
  if (type === undefined) return "";
  return [type].flat().map((one) => typeWord(one, schema)).join(" or ");
}

function fieldText(schema: FieldSchema, isRequired: boolean): string {
  const { description, default: initial } = schema;
  const kind = typeText(schema);
  const notes = [
    ...kind === "" ? [] : [kind],
    ...initial === undefined ? [] : [`${JSON.stringify(initial)} when left out`],
    ...isRequired ? ["required"] : [],
  ].join("; ");
  if (description === undefined) return notes;
  return notes === "" ? description : `${description} (${notes})`;
}

/** Keys that are told once: where the same stand again, they are referred to. */
class FieldReader {
  readonly #told = new Map<string, string>();

  /** The keys of a schema in their order. */
  fields(schema: FieldSchema, path: string, of: string): Field[] {
    const { properties = {}, required = [] } = schema;
    return Object.entries(properties).flatMap(([key, inner]) => {
      const here = path === "" ? key : `${path}.${key}`;
      const text = fieldText(inner, required.includes(key));
      return [
        { path: here, text: text === "" ? "anything" : text },
        ...this.#below(inner, here, of),
      ];
    });
  }

  /** What stands below a value: itself, items of lists, values behind free names, alternatives. */
  #below(schema: FieldSchema, path: string, of: string): Field[] {
    const { items, additionalProperties, anyOf, properties } = schema;
    return [
      ...properties === undefined ? [] : this.#once(schema, path, of),
      ...items === undefined ? [] : this.#below(items, `${path}[]`, of),
      ...typeof additionalProperties === "object"
        ? this.#below(additionalProperties, `${path}.NAME`, of)
        : [],
      ...merged((anyOf ?? []).flatMap((one) => this.#below(one, path, of))),
    ];
  }

  #once(schema: FieldSchema, path: string, of: string): Field[] {
    const { properties = {}, required } = schema;
    const key = JSON.stringify([properties, required]);
    const told = this.#told.get(key);
    // a reference takes as much room as the only key
    if (told !== undefined && Object.keys(properties).length > 1) {
      return [{ path: `${path}.*`, text: `The keys of ${told}` }];
    }
    this.#told.set(key, of === "" ? path : `${path} in ${of}`);
    return this.fields(schema, path, of);
  }
}

/** Alternatives with the same key tell of it once. */
function merged(fields: readonly Field[]): Field[] {
  const groups = Map.groupBy(fields, ({ path }) => path);
  return [...groups].map(([path, same]) => {
    return { path, text: [...new Set(same.map(({ text }) => text))].join("; or: ") };
  });
}

/**
 * The keys of a schema in their order; those of definitions are not among them.
 *
 * @param schema The schema.
 */
export function fieldsOf(schema: FieldSchema): Field[] {
  return new FieldReader().fields(schema, "", "");
}

/**
 * The section with all keys of a schema, and those of its definitions by name.
 *
 * @param title Title of the section.
 * @param schema The schema.
 */
export function fieldSection(title: string, schema: FieldSchema): string[] {
  const reader = new FieldReader();
  const entries = (one: FieldSchema, of: string) =>
    reader.fields(one, "", of).flatMap(({ path, text }) => roffEntry(path, text));
  return [
    `.SH ${roffArgument(title)}`,
    ...entries(schema, ""),
    ...Object.entries(schema.$defs ?? {}).flatMap(([name, one]) => [
      `.SS ${roffArgument(name)}`,
      ...entries(one, name),
    ]),
  ];
}
