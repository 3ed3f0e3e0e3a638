import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { parseVmArguments, splitTestWords, UsageError } from "./arguments.ts";

function parse(...args: string[]): ReturnType<typeof parseVmArguments> {
  return parseVmArguments(args, (name) => name === "INHERITED" ? "from outside" : undefined);
}

Deno.test("parseVmArguments() reads a command with options of its own", () => {
  const parsed = parse("--timeout", "30", "-v", "6.12", "--", "ls", "-v", "--", "x");
  strictEqual(parsed.mode, "command");
  deepStrictEqual(parsed.kernels, ["6.12"]);
  deepStrictEqual(parsed.rest, ["ls", "-v", "--", "x"]);
  strictEqual(parsed.timeoutSeconds, 30);
  strictEqual(parsed.verbose, true);
});

Deno.test("parseVmArguments() reads test files and leaves the options of deno test alone", () => {
  const parsed = parse("6.1", "a_test.ts", "tests/kernel", "--filter", "two words");
  strictEqual(parsed.mode, "test");
  deepStrictEqual(splitTestWords(parsed.rest), {
    files: ["a_test.ts", "tests/kernel"],
    testArguments: ["--filter", "two words"],
  });
});

Deno.test("parseVmArguments() reads shares and variables", () => {
  const parsed = parse(
    ...["--share", "out:/mnt", "--share", "/a:/b", "--env", "A=b=c", "--env", "INHERITED"],
    ...["--env", "UNSET", "6.1", "--", "true"],
  );
  deepStrictEqual(parsed.shares, [{ host: "out", guest: "/mnt" }, { host: "/a", guest: "/b" }]);
  deepStrictEqual(parsed.env, { A: "b=c", INHERITED: "from outside" });
});

Deno.test("parseVmArguments() reads kernels to fetch", () => {
  const parsed = parse("--fetch", "6.1", "7.2");
  deepStrictEqual([parsed.mode, parsed.kernels], ["fetch", ["6.1", "7.2"]]);
});

const MISTAKES: readonly (readonly [string[], RegExp])[] = [
  [["5.4", "--", "true"], /Cannot find kernel "5\.4": known are 6\.1, 6\.12, 7\.2/],
  [[], /Cannot find kernel ""/],
  [["6.1"], /a command or a file is missing/],
  [["6.1", "--"], /a command or a file is missing/],
  [["--nonsense", "6.1", "--", "true"], /"--nonsense": no such option/],
  [["--timeout"], /"--timeout": its value is missing/],
  [["--timeout", "soon", "6.1", "--", "true"], /write a positive number/],
  [["--share", "only-host", "6.1", "--", "true"], /write HOST:GUEST/],
  [["--share", "a:relative", "6.1", "--", "true"], /write HOST:GUEST/],
];

for (const [args, message] of MISTAKES) {
  Deno.test(`parseVmArguments() refuses "${args.join(" ")}"`, () => {
    throws(
      () => parse(...args),
      (error) => error instanceof UsageError && message.test(error.message),
    );
  });
}
