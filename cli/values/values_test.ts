import { deepEqual, equal, throws } from "node:assert/strict";
import type { ValueTypeName } from "../command.ts";
import { readDuration } from "./duration.ts";
import { readValue } from "./mod.ts";
import { readOffset } from "./number.ts";
import { readGlobal, readMetadata } from "./pair.ts";
import { readProgramSpec } from "./program_spec.ts";
import { readAbsolutePath } from "./text.ts";

Deno.test("readDuration() reads Go durations as milliseconds", () => {
  const table: Readonly<Record<string, number>> = {
    "0": 0,
    "0s": 0,
    "300ms": 300,
    "30s": 30_000,
    "1.5h": 5_400_000,
    "2h45m": 9_900_000,
    "1m30s": 90_000,
    ".5s": 500,
    "+1s": 1000,
    "250us": 1,
    "1ns": 1,
  };
  for (const [text, milliseconds] of Object.entries(table)) {
    equal(readDuration(text), milliseconds, text);
  }
});

Deno.test("readDuration() refuses what Go refuses", () => {
  for (const text of ["", "5", "s", "5 s", "-5s", "1s2", "1d", "1e3s", "+"]) {
    throws(() => readDuration(text), /must be a duration/, text);
  }
});

Deno.test("readProgramSpec() reads the three parts", () => {
  deepEqual(readProgramSpec("XDP:a"), { type: "xdp", name: "a" });
  deepEqual(readProgramSpec("fexit:a:vfs_read"), {
    type: "fexit",
    name: "a",
    attachFunction: "vfs_read",
  });
  throws(() => readProgramSpec("lsm:a"), /lsm needs the LSM hook to attach to: write lsm:a:HOOK/);
  throws(() => readProgramSpec(":a"), /must be TYPE:NAME/);
  throws(() => readProgramSpec("fentry:a:b:c"), /three parts at most/);
});

Deno.test("readGlobal() leaves the value to who knows the type", () => {
  deepEqual(readGlobal("v=0xdeadbeef"), ["v", "0xdeadbeef"]);
  deepEqual(readGlobal("v=a=b"), ["v", "a=b"]);
  throws(() => readGlobal("v="), /value after "v=" is missing/);
});

Deno.test("readMetadata() splits at the first equals sign", () => {
  deepEqual(readMetadata("a=b=c"), ["a", "b=c"]);
  deepEqual(readMetadata("a="), ["a", ""]);
  throws(() => readMetadata("=b"), /KEY=VALUE/);
});

Deno.test("readOffset() reads decimal and hexadecimal", () => {
  equal(readOffset("16"), 16);
  equal(readOffset("0x10"), 16);
  throws(() => readOffset("0x"), /number of bytes/);
  throws(() => readOffset("99999999999999999999"), /or less/);
});

Deno.test("readAbsolutePath() drops slashes at the end", () => {
  equal(readAbsolutePath("/run/x//"), "/run/x");
  equal(readAbsolutePath("/"), "/");
  throws(() => readAbsolutePath("run"), /absolute/);
});

Deno.test("readValue() names the argument and the value, as a usage error", () => {
  const bad: readonly (readonly [ValueTypeName, string])[] = [
    ["id", "0"],
    ["id", "4294967296"],
    ["id", "1e3"],
    ["priority", "-1"],
    ["pid", "x"],
    ["direction", "in"],
    ["linkKind", "x"],
    ["colorChoice", "yes"],
    ["listFormat", "markdown"],
    ["outputFormat", "name"],
    ["reportFormat", "jsonpath"],
    ["tableFormat", "name"],
    ["proceedOn", "foo"],
    ["programType", "x"],
    ["text", ""],
    ["tracepoint", "a/b/c"],
  ];
  for (const [type, input] of bad) {
    const message = new RegExp(`^Cannot read LABEL "${RegExp.escape(input)}": `);
    throws(() => readValue(type, "LABEL", input), { kind: "usage", message }, type);
  }
});
