import { deepStrictEqual } from "node:assert/strict";
import { sampleRecord } from "../../tests/support/sample_views.ts";
import { loadRequestOf, planKeptGlobals } from "./replace_plan.ts";

const OBJECT = Deno.readFileSync(
  new URL("../../tests/fixtures/xdp_member.bpf.o", import.meta.url),
);
const THREE = Uint8Array.of(3, 0, 0, 0);

/** A row with globals that were set, by name. */
function recordWith(globals: Readonly<Record<string, Uint8Array>>) {
  const entries = Object.entries(globals).map(([name, bytes]) => [name, bytes.toBase64()] as const);
  return sampleRecord(7, { name: "xdp_member", globals: Object.fromEntries(entries) });
}

Deno.test("planKeptGlobals() keeps what the new version has in the same size", () => {
  const record = recordWith({ step: THREE, verdict: Uint8Array.of(1), gone: THREE });
  deepStrictEqual(planKeptGlobals(record, OBJECT), {
    values: { step: THREE },
    lost: ["verdict", "gone"],
  });
});

Deno.test("loadRequestOf() loads what the old version was, from another file", () => {
  const record = recordWith({ step: THREE });
  const kept = { values: { step: THREE }, lost: [] };
  const request = loadRequestOf(record, { programId: 7, path: "new.o" }, kept);
  deepStrictEqual(request.programs, [{ type: record.type, name: "xdp_member" }]);
  deepStrictEqual([request.path, request.globals], ["new.o", { step: THREE }]);
  deepStrictEqual(request.metadata, record.metadata);
});

Deno.test("loadRequestOf() prefers what is asked for now, and keeps owner and target", () => {
  const record = sampleRecord(8, { type: "fentry", attachFunction: "f", mapOwnerId: 3 });
  const kept = { values: { step: THREE }, lost: [] };
  const asked = { programId: 8, path: "new.o", name: "fresh", globals: { step: "9" } };
  const request = loadRequestOf(record, asked, kept);
  deepStrictEqual(request.programs, [{ type: "fentry", name: "fresh", attachFunction: "f" }]);
  deepStrictEqual(request.globals, { step: "9" });
  deepStrictEqual(request.mapOwnerId, 3);
});
