import { deepEqual, equal, ok } from "node:assert/strict";
import { backoffMs, isTransient, retryAfterMs } from "./retry.ts";

const NOW = new Date("2026-01-01T00:00:00Z");

Deno.test("retryAfterMs() reads seconds and dates", () => {
  equal(retryAfterMs("2", NOW), 2000);
  equal(retryAfterMs("Thu, 01 Jan 2026 00:00:05 GMT", NOW), 5000);
  equal(retryAfterMs("Wed, 31 Dec 2025 23:59:00 GMT", NOW), 0);
  equal(retryAfterMs(null, NOW), undefined);
  equal(retryAfterMs("soon", NOW), undefined);
});

Deno.test("backoffMs() doubles up to a bound and stays near that", () => {
  deepEqual([1, 2, 3, 4, 5, 9].map((attempt) => backoffMs(attempt, 0.5)), [
    250,
    500,
    1000,
    2000,
    3000,
    3000,
  ]);
  for (const random of [0, 0.3, 1]) {
    const wait = backoffMs(2, random);
    ok(wait >= 450 && wait <= 550, String(wait));
  }
});

Deno.test("isTransient() is about answers that may be others soon", () => {
  for (const status of [408, 429, 500, 502, 503, 504]) ok(isTransient(status));
  for (const status of [200, 301, 400, 401, 403, 404, 501]) equal(isTransient(status), false);
});
