import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { Lanes } from "./lanes.ts";

Deno.test("Lanes runs pieces in their order, and no more at once than there are lanes", async () => {
  const lanes = new Lanes(2);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const runs = ["a", "b", "c", "d"].map((name) =>
    lanes.run(async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.set(name, resolve));
      return name;
    })
  );
  deepStrictEqual(begun, ["a", "b"]);
  ends.get("b")?.();
  strictEqual(await runs[1], "b");
  deepStrictEqual(begun, ["a", "b", "c"]);
  ends.get("a")?.();
  strictEqual(await runs[0], "a");
  deepStrictEqual(begun, ["a", "b", "c", "d"]);
  for (const name of ["c", "d"]) ends.get(name)?.();
  deepStrictEqual(await Promise.all(runs), ["a", "b", "c", "d"]);
});

Deno.test("Lanes goes on behind a piece that failed", async () => {
  const lanes = new Lanes(1);
  const failing = rejects(lanes.run(() => Promise.reject(new Error("no"))), /no/);
  strictEqual(await lanes.run(() => Promise.resolve(3)), 3);
  await failing;
});
