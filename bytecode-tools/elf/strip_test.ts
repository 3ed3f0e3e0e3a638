import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { objectsOfBothOrders } from "../../tests/support/both_orders.ts";
import { runTool } from "../../tests/support/compile.ts";
import { fixture, packagedObjects } from "../../tests/support/corpus.ts";
import { nativeResults } from "../../tests/support/native_libbpf.ts";
import { disassemble, disassemblyText } from "../insn/disasm.ts";
import { sectionBytes } from "./gate.ts";
import { type GatedObject, gateObject } from "../object/gate.ts";
import { readGlobals } from "../values/globals.ts";
import { imageLabels } from "../object/labels.ts";
import { stripObject } from "./strip.ts";
import { validateObject } from "../object/validate.ts";

/** Tables that a stripping tool writes anew. */
const TABLES: ReadonlySet<number> = new Set([2, 3, 9]);

/** Bytes of the sections that stripping must not touch, by name. */
function contents({ file }: GatedObject): (readonly [string, string])[] {
  return file.sections.filter(({ type, name }) => !TABLES.has(type) && name !== ".llvm_addrsig")
    .map((section) => [section.name, sectionBytes(file, section).toHex()] as const);
}

/** Relocations by names instead of numbers. */
function relocations({ file, symbols, relocations: all }: GatedObject): string[] {
  return [...all].flatMap(([target, entries]) =>
    entries.map(({ offset, type, symbol }) => {
      const { name = "", section = 0 } = symbols[symbol] ?? {};
      const shown = name || file.sections[section]?.name;
      return `${file.sections[target]?.name} ${offset} ${type} ${shown}`;
    })
  );
}

function llvmStrip(bytes: Uint8Array): Uint8Array {
  const path = Deno.makeTempFileSync({ suffix: ".o" });
  try {
    Deno.writeFileSync(path, bytes);
    runTool("llvm-strip-19", ["-g", path]);
    return Deno.readFileSync(path);
  } finally {
    Deno.removeSync(path);
  }
}

function withDwarf(): readonly { readonly name: string; readonly bytes: Uint8Array }[] {
  return objectsOfBothOrders().filter(({ bytes }) =>
    gateObject(bytes).file.sections.some(({ name }) => name.startsWith(".debug_"))
  );
}

Deno.test("stripObject() keeps what llvm-strip -g keeps, byte for byte, in both byte orders", () => {
  const objects = withDwarf();
  ok(objects.length >= packagedObjects().length + 2);
  for (const { name, bytes } of objects) {
    const ours = gateObject(stripObject(bytes));
    const theirs = gateObject(llvmStrip(bytes));
    deepEqual(contents(ours), contents(theirs), name);
    deepEqual(relocations(ours), relocations(theirs), name);
    const named = (object: GatedObject) =>
      object.symbols.filter((symbol) => symbol.name !== "" && symbol.type !== 4)
        .map((symbol) => [symbol.name, symbol.value, symbol.size, symbol.info]);
    deepEqual(named(ours), named(theirs), name);
  }
});

Deno.test("stripObject() changes nothing that the other readers tell", () => {
  for (const { name, bytes } of withDwarf()) {
    const stripped = stripObject(bytes);
    ok(stripped.length < bytes.length, name);
    const before = gateObject(bytes);
    const after = gateObject(stripped);
    equal(disassemblyText(disassemble(after)), disassemblyText(disassemble(before)), name);
    deepEqual(readGlobals(after), readGlobals(before), name);
    deepEqual(imageLabels(after), imageLabels(before), name);
    deepEqual(validateObject(stripped).findings.filter(({ rule }) => rule === "debug-info"), []);
  }
});

Deno.test("stripObject() gives objects that native libbpf links", async () => {
  const objects = withDwarf().filter(({ name }) => name !== "big-endian");
  const before = await nativeResults(objects.map(({ bytes }) => bytes));
  const after = await nativeResults(objects.map(({ bytes }) => stripObject(bytes)));
  deepEqual(after, before);
  ok(after.includes("linked"));
});

Deno.test("stripObject() is stable: a stripped object stays as it is", () => {
  for (const { name, bytes } of withDwarf()) {
    const once = stripObject(bytes);
    deepEqual(stripObject(once), once, name);
  }
});

Deno.test("stripObject() refuses what the gate refuses", () => {
  throws(() => stripObject(fixture("tc_ok").subarray(0, 900)), { name: "BytecodeError" });
});
