import { deepStrictEqual } from "node:assert/strict";
import { kindsToRevoke, missingKinds } from "./missing_kinds.ts";

Deno.test("kindsToRevoke() leaves no process both the network and C libraries", () => {
  deepStrictEqual(kindsToRevoke("load-image", "front"), ["ffi"]);
  deepStrictEqual(kindsToRevoke("load-image", "loader"), ["net", "run"]);
  deepStrictEqual(kindsToRevoke("load", "front"), ["ffi", "net", "run"]);
});

Deno.test("kindsToRevoke() takes a command that reads what its set has none of", () => {
  deepStrictEqual(kindsToRevoke("inspect", undefined), ["ffi", "net", "run", "sys", "write"]);
  deepStrictEqual(kindsToRevoke("image-inspect", undefined), ["ffi", "sys", "write"]);
  deepStrictEqual(kindsToRevoke("attach", "nonsense"), ["net", "run"]);
});

Deno.test("missingKinds() keeps what a list, a pipe or the audit log stands for", () => {
  deepStrictEqual(missingKinds({ isChange: false }), [
    ...["env", "ffi", "net", "read", "run", "sys", "write"] as const,
  ]);
  deepStrictEqual(missingKinds({ isChange: true }), ["env", "ffi", "net", "run", "sys"]);
  const pipe = { isChange: false, pipe: "write", hasWholeEnv: true } as const;
  deepStrictEqual(missingKinds(pipe), ["ffi", "net", "read", "run", "sys"]);
});
