import { deepEqual, equal, ok } from "node:assert/strict";
import { goProgram } from "../../tests/support/go_program.ts";
import { compile } from "../../tests/support/compile.ts";
import { readElf } from "./elf.ts";
import { type GoFunction, readGoFunctions } from "./go_functions.ts";
import { readFunctions } from "./symbols.ts";

const PROGRAM = Deno.readFileSync(await goProgram());
const ENTRY_AT = 24;

/** The program with something changed in its table or its header. */
function changed(change: (view: DataView, table: number) => void): GoFunction[] {
  const bytes = PROGRAM.slice();
  const section = readElf(bytes).sections.find(({ name }) => name === ".gopclntab");
  ok(section !== undefined);
  change(new DataView(bytes.buffer), section.offset);
  return readGoFunctions(readElf(bytes));
}

const FUNCTIONS = changed(() => {});

Deno.test("readGoFunctions() names the functions of a stripped Go program", () => {
  ok(FUNCTIONS.length > 5000, `${FUNCTIONS.length} functions`);
  const names = FUNCTIONS.map(({ name }) => name);
  for (const name of ["main.main", "main.main.func1", "main.(*serviceType).sendRequest"]) {
    ok(names.includes(name), name);
  }
  const ends = FUNCTIONS.map(({ address, size }) => address + size);
  deepEqual(ends.slice(0, -1), FUNCTIONS.slice(1).map(({ address }) => address));
});

Deno.test("readGoFunctions() agrees with the place where the kernel enters the program", () => {
  const entry = new DataView(PROGRAM.buffer).getBigUint64(ENTRY_AT, true);
  const found = FUNCTIONS.find(({ name }) => /^_rt0_\w+_linux$/.test(name));
  equal(found?.address, entry);
});

Deno.test("readGoFunctions() finds the start of the text where the table does not tell it", () => {
  const found = changed((view, table) => view.setBigUint64(table + 24, 0n, true));
  deepEqual(found, FUNCTIONS);
});

Deno.test("readGoFunctions() gives no function rather than one at a wrong place", () => {
  const found = changed((view, table) => {
    view.setBigUint64(table + 24, 0n, true);
    // as in a program that was linked with C, which is entered elsewhere
    view.setBigUint64(ENTRY_AT, view.getBigUint64(ENTRY_AT, true) + 64n, true);
  });
  deepEqual(found, []);
});

for (
  const [what, change] of [
    ["another layout", (view: DataView, table: number) => view.setUint32(table, 0xfffffffb, true)],
    ["words of 4 bytes", (view: DataView, table: number) => view.setUint8(table + 7, 4)],
    [
      "too many functions",
      (view: DataView, at: number) => view.setBigUint64(at + 8, 1n << 40n, true),
    ],
    [
      "a table outside",
      (view: DataView, at: number) => view.setBigUint64(at + 64, 1n << 40n, true),
    ],
  ] as const
) {
  Deno.test(`readGoFunctions() reads nothing from ${what}`, () => deepEqual(changed(change), []));
}

Deno.test("readGoFunctions() leaves out names outside the table", () => {
  const found = changed((view, table) => view.setBigUint64(table + 32, 1n << 40n, true));
  deepEqual(found, []);
});

Deno.test("readFunctions() gives Go functions their places in the file", () => {
  const { offsets, sizes } = readFunctions(PROGRAM);
  const main = FUNCTIONS.find(({ name }) => name === "main.main");
  ok(main !== undefined);
  const file = readElf(PROGRAM);
  const text = file.sections.find(({ name }) => name === ".text");
  ok(text !== undefined);
  equal(offsets.get("main.main"), main.address - text.address + BigInt(text.offset));
  equal(sizes.get("main.main"), main.size);
});

Deno.test("readFunctions() finds no Go functions in what is no Go program", () => {
  const object = compile("int f(void) { return 1; }");
  deepEqual(readGoFunctions(readElf(object)), []);
});
