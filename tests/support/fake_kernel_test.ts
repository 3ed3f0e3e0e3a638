import { strictEqual, throws } from "node:assert/strict";
import { fakeKernel, UnexpectedCall } from "./fake_kernel.ts";

Deno.test("fakeKernel() makes the calls that it was told about", () => {
  const kernel = fakeKernel({ files: { exists: (path) => path === "/a" } });
  strictEqual(kernel.files.exists("/a"), true);
  strictEqual(kernel.files.exists("/b"), false);
});

Deno.test("fakeKernel() throws on every other call and names it", () => {
  const kernel = fakeKernel({ files: { exists: () => true } });
  throws(() => kernel.files.list("/a"), UnexpectedCall);
  throws(() => kernel.bpf.programInfo(7), /"bpf\.programInfo".*\(7\)/);
});
