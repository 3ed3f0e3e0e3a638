import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { libc } from "../libc.ts";
import { NativeMemory, readMemory, readString } from "../memory.ts";
import { placeProgram } from "./process.ts";

// opened here, as a library that a test opens counts as one that it leaks
libc();

/** The strings of a vector that ends with NULL. */
function stringsAt(vector: bigint): string[] {
  const found: string[] = [];
  for (let at = vector;; at += 8n) {
    const address = new DataView(readMemory(at, 8).buffer).getBigUint64(0, true);
    if (address === 0n) return found;
    found.push(readString(address));
  }
}

Deno.test("placeProgram() lays out path, arguments and environment as execve(2) wants them", () => {
  using memory = new NativeMemory();
  const env = { A: "1", EMPTY: "", "ÄÖ": "=x=" };
  const block = placeProgram({ path: "/bin/x", args: ["", "a b", "ß"], env }, memory);
  strictEqual(readString(block.path), "/bin/x");
  deepStrictEqual(stringsAt(block.argv), ["/bin/x", "", "a b", "ß"]);
  deepStrictEqual(stringsAt(block.envp), ["A=1", "EMPTY=", "ÄÖ==x="]);
});

Deno.test("placeProgram() refuses text that C would cut", () => {
  using memory = new NativeMemory();
  const program = { path: "/bin/x", args: ["a"], env: {} };
  for (const change of [{ path: "/b\0" }, { args: ["\0"] }, { env: { A: "b\0c" } }]) {
    throws(() => placeProgram({ ...program, ...change }, memory), /holds a NUL character/);
  }
});
