import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { rightsOfAbi, rightsOn } from "./landlock.ts";

function must(abi: number) {
  const rights = rightsOfAbi(abi);
  ok(rights !== null, `ABI ${abi}`);
  return rights;
}

Deno.test("rightsOfAbi() handles all that an ABI knows, and not a bit more", () => {
  // Documentation/userspace-api/landlock.rst, by ABI: file rights, network rights, scopes, bytes
  const known = [
    [1, 0x1fffn, 0n, 0n, 8],
    [2, 0x3fffn, 0n, 0n, 8],
    [3, 0x7fffn, 0n, 0n, 8],
    [4, 0x7fffn, 3n, 0n, 16],
    [5, 0xffffn, 3n, 0n, 16],
    [6, 0xffffn, 3n, 3n, 24],
    [7, 0xffffn, 3n, 3n, 24],
    [9, 0xffffn, 3n, 3n, 24],
    [10, 0x1ffffn, 15n, 3n, 24],
    [99, 0x1ffffn, 15n, 3n, 24],
  ] as const;
  for (const [abi, files, network, scopes, size] of known) {
    const rights = must(abi);
    deepStrictEqual(
      [abi, rights.files, rights.network, rights.scopes, rights.size],
      [abi, files, network, scopes, size],
    );
  }
});

Deno.test("rightsOfAbi() is null for a kernel without Landlock", () => {
  strictEqual(rightsOfAbi(0), null);
});

Deno.test("no use of a path needs a right that the ABI does not handle", () => {
  for (let abi = 1; abi <= 10; abi++) {
    const { files, uses } = must(abi);
    for (const [use, rights] of Object.entries(uses)) {
      strictEqual(rights & ~files, 0n, `${use} with ABI ${abi}`);
    }
  }
});

Deno.test("reading is neither writing nor executing, and nobody makes devices", () => {
  const { uses } = must(7);
  const [execute, writeFile, readFile] = [1n, 2n, 4n];
  strictEqual(uses.read & (execute | writeFile), 0n);
  strictEqual(uses.write & execute, 0n);
  strictEqual(uses.execute, execute | readFile);
  const makesDevices = 1n << 6n | 1n << 11n;
  strictEqual(uses.write & makesDevices, 0n);
});

Deno.test("rightsOn() leaves out of a rule about a file what is about directories", () => {
  const { uses } = must(5);
  const [writeFile, readFile, truncate] = [2n, 4n, 1n << 14n];
  strictEqual(rightsOn("file", uses.read), readFile);
  strictEqual(rightsOn("file", uses.write), writeFile | readFile | truncate);
  strictEqual(rightsOn("directory", uses.write), uses.write);
});
