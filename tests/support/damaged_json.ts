/**
 * Damages documents, one place at a time.
 *
 * @module
 */

/** A document with one damage. */
export interface DamagedValue {
  /** JSON pointer of the place. */
  readonly path: string;
  readonly what: "wrong type" | "unknown key";
  readonly value: unknown;
}

type Put = (inner: unknown) => unknown;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function* damages(value: unknown, path: string, put: Put): Generator<DamagedValue> {
  if (Array.isArray(value)) {
    yield { path, what: "wrong type", value: put({ odd: true }) };
    // one item stands for all
    if (value.length > 0) {
      yield* damages(value[0], `${path}/0`, (inner) => put([inner, ...value.slice(1)]));
    }
    return;
  }
  if (!isObject(value)) {
    yield { path, what: "wrong type", value: put({ odd: { odd: true } }) };
    return;
  }
  yield { path, what: "wrong type", value: put(["odd"]) };
  yield { path, what: "unknown key", value: put({ ...value, "no such key": { odd: true } }) };
  for (const [key, inner] of Object.entries(value)) {
    yield* damages(inner, `${path}/${key}`, (next) => put({ ...value, [key]: next }));
  }
}

/**
 * All damages of a document: each value becomes something else, each object gets a key that nobody
 * knows. Of lists the first item stands for all.
 */
export function damagedValues(value: unknown): Generator<DamagedValue> {
  return damages(value, "", (whole) => whole);
}
