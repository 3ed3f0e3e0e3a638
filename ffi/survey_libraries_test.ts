import { deepEqual, ok } from "node:assert/strict";
import { neededSymbols } from "./survey_libraries.ts";

/** Symbols in the tables of a file that binds a library, by their declarations. */
function boundIn(file: string): Set<string> {
  const text = Deno.readTextFileSync(new URL(file, import.meta.url));
  const names = text.matchAll(/^\s+(\w+): \{ (?:name: "\w+", )?parameters: \[/gm);
  return new Set([...names].map(([, name = ""]) => name));
}

for (const name of ["libbpf", "libxdp"] as const) {
  Deno.test(`neededSymbols() knows every symbol that ${name}.ts binds`, () => {
    const bound = boundIn(`${name}.ts`);
    ok(bound.size > 10, [...bound].join());
    deepEqual(new Set(neededSymbols(name).map(({ symbol }) => symbol)), bound);
  });
}
