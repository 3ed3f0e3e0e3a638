import { deepEqual, equal, ok } from "node:assert/strict";
import { corpusObjects, fixture } from "../../tests/support/corpus.ts";
import { reportObject } from "../inspector/core.ts";
import { outlineObject } from "../inspector/outline.ts";
import { inspectObject } from "./inspect.ts";

Deno.test("outlineObject() says of every object what reportObject() says at length", () => {
  let references = 0;
  for (const { name, bytes } of corpusObjects()) {
    const outline = outlineObject(bytes);
    const { facts, programs, failure } = reportObject(bytes);
    deepEqual(outline.facts, facts, name);
    deepEqual(outline.references, programs.map((program) => program.references), name);
    equal(outline.failure?.message, failure?.message, name);
    references += outline.references.flat().length;
  }
  ok(references > 50, `only ${references} references were compared`);
});

Deno.test("inspectObject() names maps, helpers and the place of each program", () => {
  const { programs, maps, license, libbpf } = inspectObject(fixture("pinned_map"));
  const [program] = programs;
  ok(program !== undefined);
  deepEqual(program.maps, maps.map(({ name }) => name));
  ok(program.helpers.includes("bpf_map_lookup_elem"), program.helpers.join());
  ok(program.source?.includes("pinned_map.bpf.c:"), program.source);
  deepEqual(maps.map(({ isPinnedByName }) => isPinnedByName), [true]);
  equal(license, "Dual BSD/GPL");
  equal(libbpf.refusal, undefined);
});

Deno.test("inspectObject() tells why libbpf refuses an object that the gate lets pass", () => {
  const bytes = fixture("xdp_counter");
  const encoder = new TextEncoder();
  // without its section, the map that the code refers to is none
  const at = bytes.toHex().indexOf(encoder.encode(".maps\0").toHex()) / 2;
  ok(at > 0, "no section .maps");
  bytes.set(encoder.encode(".mapz"), at);
  const { libbpf, programs } = inspectObject(bytes);
  ok(libbpf.refusal !== undefined);
  deepEqual(programs.map(({ name, maps }) => [name, maps]), [["xdp_count", []]]);
});
