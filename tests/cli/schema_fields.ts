/**
 * The fields of the published schemas as lines of text: what is in docs/schema/fields.txt is promised
 * to those who read our JSON, so a line may come and not go.
 *
 * @module
 */

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function objectsIn(value: unknown): [string, Json][] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => isObject(inner) ? [[key, inner]] : []);
}

function branchesOf({ anyOf }: Json): Json[] {
  return Array.isArray(anyOf) ? anyOf.filter(isObject) : [];
}

function typeOf(schema: Json): string {
  const { $ref, type, enum: words } = schema;
  if (typeof $ref === "string") return $ref.replace(/^.*\/|\.schema\.json$/g, "");
  const branches = branchesOf(schema);
  if (branches.length > 0) return [...new Set(branches.map(typeOf))].join("|");
  if (Array.isArray(words)) return words.includes(null) ? "word|null" : "word";
  return type === undefined ? "any" : [type].flat().join("|");
}

/** Fields below a value, `path` being that of the value. */
function below(schema: Json, path: string): string[] {
  const { properties, required, items, additionalProperties } = schema;
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  const dot = path === "" ? "" : `${path}.`;
  return [
    ...objectsIn(properties).flatMap(([key, inner]) => {
      const mark = needed.includes(key) ? "" : "?";
      return [`${dot}${key}${mark} ${typeOf(inner)}`, ...below(inner, `${dot}${key}`)];
    }),
    ...(isObject(items) ? [`${path}[] ${typeOf(items)}`, ...below(items, `${path}[]`)] : []),
    ...(isObject(additionalProperties)
      ? [`${dot}* ${typeOf(additionalProperties)}`, ...below(additionalProperties, `${dot}*`)]
      : []),
    ...branchesOf(schema).flatMap((branch, at) => below(branch, `${path}<${at}>`)),
  ];
}

/** `NAME@VERSION`, as lines begin. */
function stemOf(name: string, { $comment }: Json): string {
  return `${name}@${String($comment).replace(/^version /, "")}`;
}

/** One line for each field of each schema, sorted. */
export function fieldLines(schemas: ReadonlyMap<string, Json>): string[] {
  return [...schemas].flatMap(([name, schema]) => {
    const definitions = objectsIn(schema["$defs"]).flatMap(([key, inner]) => below(inner, key));
    return [...new Set([...below(schema, ""), ...definitions])]
      .map((line) => `${stemOf(name, schema)} ${line}`);
  }).sort();
}

/** Lines that are promised and no longer true. A field that is always there now may be one that was not. */
export function brokenPromises(promised: readonly string[], now: readonly string[]): string[] {
  const kept = new Set(now);
  return promised.filter((line) => !kept.has(line) && !kept.has(line.replace("? ", " ")));
}

/** What is promised from now on; lines of versions that are gone are left out. */
export function promisedLines(before: readonly string[], now: readonly string[]): string[] {
  const stems = new Set(now.map((line) => line.split(" ", 1)[0]));
  const kept = before.filter((line) => stems.has(line.split(" ", 1)[0]));
  const grown = brokenPromises(kept, now);
  return [...new Set([...grown, ...now])].sort();
}
