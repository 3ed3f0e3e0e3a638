import { strictEqual, throws } from "node:assert/strict";
import { readObject } from "../../bytecode-tools/mod.ts";
import { planGlobals } from "./globals.ts";

const bytes = Deno.readFileSync(
  new URL("../../tests/fixtures/typed_globals.bpf.o", import.meta.url),
);
const SOURCE = { bytes, globals: readObject(bytes).globals };

function read(name: string, text: string): string {
  return planGlobals(SOURCE, { [name]: text }).bytes[name]?.toHex() ?? "";
}

/** Texts, and the bytes that the variable gets. */
const GOOD: readonly (readonly [name: string, text: string, bytes: string])[] = [
  ["sampling", "100", "64000000"],
  ["sampling", "0x10", "10000000"],
  ["sampling", "0xdeadbeef", "deadbeef"],
  ["sampling", "deadbeef", "deadbeef"],
  ["sampling", "hex:01000000", "01000000"],
  ["sampling", "value:10000000", "80969800"],
  ["sampling", "10.0.0.1", "0a000001"],
  ["verdict", "VERDICT_LOOK", "07000000"],
  ["verdict", "7", "07000000"],
  ["allow", "10.0.0.0/8", "080000000a000000"],
  ["ports", "[80, 443, 8080]", "5000bb01901f"],
  ["ports", "80,443,8080", "5000bb01901f"],
  ["delta", "-2", "feffffff"],
  ["is_on", "true", "01"],
  ["is_on", "01", "01"],
  ["is_on", "1", "01"],
];

for (const [name, text, wanted] of GOOD) {
  Deno.test(`global ${name} takes "${text}"`, () => strictEqual(read(name, text), wanted));
}

/** Texts that are refused, and what is said of them. */
const BAD: readonly (readonly [name: string, text: string, says: RegExp])[] = [
  [
    "sampling",
    "10000000",
    /"10000000" is the value with the bytes 80969800, or the bytes 10000000/,
  ],
  ["sampling", "4294967296", /Cannot set global/],
  ["sampling", "red", /whole number/],
  ["sampling", "hex:01", /4 bytes after hex:/],
  ["sampling", "abc", /whole number/],
  ["sampling", "0xzz", /whole number/],
  ["sampling", "0x", /whole number/],
  ["verdict", "VERDICT_RED", /VERDICT_PASS/],
  ["allow", "10.0.0.0/33", /Cannot set global/],
  ["ports", "80,443", /list of 3/],
  ["is_on", "maybe", /true or false/],
  ["colour", "1", /not found in program; available: \[.*sampling/],
];

for (const [name, text, says] of BAD) {
  Deno.test(`global ${name} refuses "${text}"`, () => {
    throws(() => read(name, text), says);
  });
}

Deno.test("planGlobals() takes bytes as they are, and only of the right length", () => {
  const value = Uint8Array.of(1, 2, 3, 4);
  strictEqual(planGlobals(SOURCE, { sampling: value }).bytes["sampling"], value);
  throws(() => planGlobals(SOURCE, { sampling: Uint8Array.of(1) }), /has 4 byte\(s\)/);
});
