import { doesNotThrow, equal, match, rejects, throws } from "node:assert/strict";
import type { Confinement } from "./calls.ts";
import { checkConfinement } from "./loader.ts";
import { describeEnd, readAll, within } from "./receive.ts";
import { MAX_MESSAGE } from "../../core/handover/frame.ts";

const JAILED: Confinement = {
  noNewPrivs: true,
  seccompFilters: 1,
  permitted: new Set(["CAP_BPF"]),
  effective: new Set(),
  bounding: new Set(),
  inheritable: new Set(),
  ambient: new Set(),
  isSameInAllThreads: true,
  landlockAbi: 7,
  isLandlocked: true,
};
const WANTED = { granted: new Set(["CAP_BPF", "CAP_PERFMON"]), hasLandlock: true };

Deno.test("checkConfinement() takes a jail, and refuses whatever lacks a part of it", () => {
  doesNotThrow(() => checkConfinement(JAILED, WANTED));
  const cases: readonly (readonly [Partial<Confinement>, RegExp])[] = [
    [{ noNewPrivs: false }, /no_new_privs is not set/],
    [{ seccompFilters: 0 }, /no filter/],
    [{ isLandlocked: false }, /every file/],
    [{ isSameInAllThreads: false }, /threads differ/],
    [{ permitted: new Set(["CAP_BPF", "CAP_SYS_ADMIN"]) }, /given: CAP_SYS_ADMIN/],
  ];
  for (const [change, why] of cases) {
    throws(() => checkConfinement({ ...JAILED, ...change }, WANTED), why);
  }
});

Deno.test("checkConfinement() does not ask for Landlock where there can be none", () => {
  const open = { ...JAILED, isLandlocked: false };
  doesNotThrow(() => checkConfinement({ ...open, landlockAbi: 0 }, WANTED));
  doesNotThrow(() => checkConfinement(open, { ...WANTED, hasLandlock: false }));
});

Deno.test("readAll() puts parts together, and stops at more than a message can have", async () => {
  const parts = [[1], [2, 3]].map((bytes) => new Uint8Array(bytes));
  const read = (buffer: Uint8Array) => {
    const part = parts.shift();
    buffer.set(part ?? []);
    return Promise.resolve(part?.length ?? null);
  };
  equal((await readAll({ read })).join(), "1,2,3");
  const endless = { read: (buffer: Uint8Array) => Promise.resolve(buffer.length) };
  await rejects(readAll(endless), new RegExp(`more than ${MAX_MESSAGE}`));
});

Deno.test("within() gives up on a front that never answers", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  await rejects(within(promise, 5), /has not answered for 0.005 s/);
  resolve("late");
  equal(await within(Promise.resolve("in time"), 60_000), "in time");
});

Deno.test("describeEnd() says how a front ended, and that it did not", async () => {
  match(await describeEnd(() => ({ signal: 9 })), /signal 9/);
  match(await describeEnd(() => ({ code: 7 })), /exit code 7/);
  const ends = [null, { code: 0 }] as const;
  let asked = 0;
  match(await describeEnd(() => ends[asked++] ?? null), /exit code 0/);
});
