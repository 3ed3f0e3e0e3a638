/**
 * A bound on the work of the module, built into its code: every turn of a loop and every call of a
 * function takes one from a counter, and the module traps when nothing is left.
 *
 * Bytes made to keep libbpf busy for ever thus end with an error, after the same number of steps on
 * every machine, without a worker that would have to be stopped from outside.
 *
 * @module
 */
import wabt from "wabt";
import { FEATURES } from "./features.ts";

/** Enough for the constructors of the C library, which run before anybody sets the counter. */
const FIRST_FUEL = 1_000_000;

/** The instructions that take one step from the counter, which is the global of this number. */
function stepLines(global: number): string {
  return [
    `global.get ${global}`,
    "i32.eqz",
    "if",
    "unreachable",
    "end",
    `global.get ${global}`,
    "i32.const 1",
    "i32.sub",
    `global.set ${global}`,
  ].join(" ");
}

function isOpen(line: string): boolean {
  return line.split("(").length > line.split(")").length;
}

/** Adds the counter to the text of a module, and the steps to its functions. */
export function addFuelToText(text: string): string {
  const lines = text.split("\n");
  const globals = lines.filter((line) => line.startsWith("  (global ")).length;
  const step = stepLines(globals);
  const result: string[] = [];
  let isAtStart = false;
  for (const line of lines) {
    // a body begins behind the head of its function and the locals
    if (isAtStart && !line.startsWith("    (local ")) {
      result.push(step);
      isAtStart = false;
    }
    result.push(line);
    if (/^ +loop(?: |$)/.test(line)) result.push(step);
    isAtStart ||= line.startsWith("  (func (;") && isOpen(line);
    if (line.startsWith(`  (global (;${globals - 1};)`)) {
      result.push(`  (global (;${globals};) (mut i32) (i32.const ${FIRST_FUEL}))`);
      result.push(`  (export "fuel" (global ${globals}))`);
    }
  }
  return result.join("\n");
}

/** Adds the counter and the steps to a module. */
export async function addFuel(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const tools = await wabt();
  const module = tools.readWasm(bytes, { ...FEATURES, readDebugNames: false });
  const text = module.toText({ foldExprs: false, inlineExport: false });
  module.destroy();
  const changed = tools.parseWat("inspect.wat", addFuelToText(text), FEATURES);
  try {
    changed.validate();
    return new Uint8Array(changed.toBinary({}).buffer);
  } finally {
    changed.destroy();
  }
}
