import { deepEqual, equal, match, ok } from "node:assert/strict";
import { OTHER_CASES } from "../../tests/support/host_cases.ts";
import { KERNEL_CASES } from "../../tests/support/host_cases_kernel.ts";
import { GOOD_HOST } from "../../tests/support/sample_host.ts";
import { PROGRAM_TYPES } from "../types/words.ts";
import { isAtLeast } from "./check.ts";
import type { DoctorFacts } from "./facts.ts";
import { judgeHost } from "./judge.ts";
import type { Check } from "./types.ts";

const NOW = new Date("2026-11-22T20:00:00Z");

function byId(facts: DoctorFacts): Map<string, Check> {
  return new Map(judgeHost(facts, NOW).checks.map((check) => [check.id, check]));
}

Deno.test("judgeHost() finds nothing where all is well", () => {
  const report = judgeHost(GOOD_HOST, NOW);
  const bad = report.checks.filter(({ state }) => state !== "ok" && state !== "not-applicable");
  deepEqual(bad, []);
  equal(report.isFine, true);
  deepEqual(report.programTypes.map(({ type }) => type), [...PROGRAM_TYPES]);
  ok(report.programTypes.every(({ state, isProbed }) => state === "works" && isProbed));
  equal(new Set(report.checks.map(({ id }) => id)).size, report.checks.length);
});

const GOOD = byId(GOOD_HOST);

for (const { name, change, differs } of [...KERNEL_CASES, ...OTHER_CASES]) {
  Deno.test(`judgeHost() on ${name}`, () => {
    const facts = { ...GOOD_HOST, ...change };
    const checks = byId(facts);
    const others = [...checks.values()]
      .filter(({ id, state }) => state !== GOOD.get(id)?.state).map(({ id }) => id);
    deepEqual(others.sort(), Object.keys(differs).sort());
    for (const [id, [state, says]] of Object.entries(differs)) {
      const check = checks.get(id);
      equal(check?.state, state, id);
      match(`${check?.found} ${check?.wanted ?? ""} ${check?.hint ?? ""}`, says);
    }
    const isFine = Object.values(differs).every(([state]) => state !== "problem");
    equal(judgeHost(facts, NOW).isFine, isFine);
  });
}

Deno.test("judgeHost() leaves out what was not looked at", () => {
  const { runtime: _, configuration: __, policy: ___, ...machine } = GOOD_HOST;
  const ids = [...byId(machine).keys()];
  ok(
    !ids.some((id) => id.startsWith("runtime.") || id === "trust.policy" || id === "state.config"),
  );
});

Deno.test("docs/doctor.md explains every check", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/doctor.md", import.meta.url));
  const ids = [...GOOD.keys()].filter((id) => !id.startsWith("programs."));
  deepEqual(ids.filter((id) => !page.includes(`\`${id}\``)), []);
  const named = [
    ...page.matchAll(/`((?:kernel|libraries|caller|jail|runtime|state|trust)\.[\w-]+)`/g),
  ];
  deepEqual(named.map(([, id = ""]) => id).filter((id) => !GOOD.has(id)), []);
});

Deno.test("isAtLeast() compares versions as numbers", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["6.12.57+deb13-amd64", "6.6", true],
    ["6.1.0-50-amd64", "6.6", false],
    ["7.2.13", "6.12", true],
    ["5.15", "6.1", false],
    ["6.1-rc3", "6.1", true],
  ];
  for (const [release, version, is] of cases) equal(isAtLeast(release, version), is, release);
});
