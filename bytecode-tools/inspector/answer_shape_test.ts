import { deepEqual, equal, throws } from "node:assert/strict";
import { flag, integer, list, natural, optional } from "./answer_shape.ts";
import { type Check, readAnswer, record, text, wide, word } from "./answer_shape.ts";
import { InspectError } from "./inspect_error.ts";

function read<T>(json: string, check: Check<T>): T {
  return readAnswer(new TextEncoder().encode(json), check);
}

Deno.test("readAnswer() reads a record with every kind of field", () => {
  const check = record<{ a: string; b: number; c: readonly boolean[]; d?: bigint | undefined }>({
    a: text,
    b: integer,
    c: list(flag),
    d: optional(wide),
  });
  deepEqual(read('{"a":"x","b":-1,"c":[true],"d":"18446744073709551615","e":0}', check), {
    a: "x",
    b: -1,
    c: [true],
    d: 18446744073709551615n,
  });
});

Deno.test("readAnswer() turns the module's bytes back into UTF-8", () => {
  equal(read('"gr\\u00c3\\u00bc\\u00c3\\u009fe"', text), "grüße");
  equal(read('"\\u00ff"', text), "\ufffd");
});

for (
  const { what, json, check } of [
    { what: "what is not JSON", json: "{", check: text },
    { what: "a number for text", json: "1", check: text },
    { what: "a fraction", json: "0.5", check: integer },
    { what: "a number beyond 53 bits", json: "9007199254740993", check: integer },
    { what: "a negative size", json: "-1", check: natural },
    { what: "a number for a flag", json: "1", check: flag },
    { what: "a wide number that is none", json: '"-1"', check: wide },
    { what: "an object for a list", json: "{}", check: list(text) },
    { what: "an unknown word", json: '"c"', check: word(["a", "b"]) },
    { what: "a missing field", json: "{}", check: record<{ a: string }>({ a: text }) },
    { what: "null for a record", json: "null", check: record<{ a: string }>({ a: text }) },
  ] as readonly { what: string; json: string; check: Check<unknown> }[]
) {
  Deno.test(`readAnswer() refuses ${what}`, () => {
    throws(
      () => read(json, check),
      (error) => error instanceof InspectError && error.code === "bad-answer",
    );
  });
}

Deno.test("readAnswer() tells the way to a value that is wrong", () => {
  const check = record<{ list: readonly { size: number }[] }>({
    list: list(record<{ size: number }>({ size: natural })),
  });
  throws(
    () => read('{"list":[{"size":1},{"size":"2"}]}', check),
    { message: "Cannot use the module's answer: answer.list[1].size is not an integer" },
  );
});
