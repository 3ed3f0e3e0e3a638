import { deepEqual, equal } from "node:assert/strict";
import { ErrorKind } from "../core/errors.ts";
import {
  EXIT_CODE_MEANINGS,
  EXIT_CODES,
  EXIT_DONE,
  EXIT_DRIFT,
  EXIT_PROBLEM,
  SIGNAL_EXIT_CODES,
} from "./exit_codes.ts";

Deno.test("EXIT_CODES holds the documented table", () => {
  equal(EXIT_DONE, 0);
  deepEqual(EXIT_CODES, {
    "other": 1,
    "usage": 2,
    "not-found": 3,
    "policy": 4,
    "kernel": 5,
    "lock-timeout": 6,
    "network": 7,
  });
});

Deno.test("EXIT_CODES has one code of its own for each kind of error", () => {
  const codes = Object.values(ErrorKind).map((kind) => EXIT_CODES[kind]);
  equal(new Set(codes).size, codes.length);
});

Deno.test("EXIT_CODE_MEANINGS explains every code that the tool ends with", () => {
  const answers = [EXIT_DRIFT, EXIT_PROBLEM, ...Object.values(SIGNAL_EXIT_CODES)];
  const used = [EXIT_DONE, ...Object.values(EXIT_CODES), ...answers];
  deepEqual(Object.keys(EXIT_CODE_MEANINGS).map(Number), used);
});

Deno.test("docs/cli.md shows the same table of exit codes", async () => {
  const page = await Deno.readTextFile(new URL("../docs/cli.md", import.meta.url));
  const rows = [...page.matchAll(/^\| (\d+)\s*\| (.*?)\s*\|$/gm)].map((
    [, code, text],
  ) => [code, text]);
  deepEqual(Object.fromEntries(rows), EXIT_CODE_MEANINGS);
});
