import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { errnoName, errnoText, ObjectError, SyscallError, VerifierError } from "./errno.ts";

Deno.test("errnoName() and errnoText() know the numbers of the kernel and of libbpf", () => {
  strictEqual(errnoName(1), "EPERM");
  strictEqual(errnoText(2), "no such file or directory");
  strictEqual(errnoName(524), "ENOTSUPP");
  strictEqual(errnoName(4001), "LIBBPF_ERRNO__FORMAT");
});

Deno.test("errnoName() gives the number where there is no name", () => {
  strictEqual(errnoName(999), "errno 999");
  strictEqual(errnoText(999), "unknown error");
});

Deno.test("SyscallError names the call, the object and the cause", () => {
  const error = new SyscallError("openat", 2, "/x");
  strictEqual(error.message, 'openat "/x": no such file or directory (ENOENT)');
  deepStrictEqual([error.errno, error.code, error.object], [2, "ENOENT", "/x"]);
  strictEqual(new SyscallError("bpf", 1).message, "bpf: operation not permitted (EPERM)");
});

Deno.test("VerifierError and ObjectError carry what was said", () => {
  const log = "line\nline";
  strictEqual(new VerifierError("x", 22, log).log, log);
  strictEqual(new VerifierError("x", 22, log).code, "EINVAL");
  deepStrictEqual(new ObjectError("open", 4001, ["a", "b"]).messages, ["a", "b"]);
});
