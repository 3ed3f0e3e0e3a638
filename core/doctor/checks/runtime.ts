/**
 * Checks of how this program runs.
 *
 * @module
 */
import { aside, checksOf, type Finding, fine } from "../check.ts";
import type { DoctorFacts, RuntimeFacts } from "../facts.ts";
import type { Check } from "../types.ts";

function program({ version, builder }: RuntimeFacts): Finding {
  return fine(builder === null ? version : `${version}, started from ${builder}`);
}

function store({ hasKv }: RuntimeFacts): Finding {
  return hasKv
    ? fine("there")
    : fine("not in this process; commands that change something start one that has it");
}

function permissions({ narrowed }: RuntimeFacts): Finding {
  if (narrowed.length === 0) return fine("all");
  return aside(`${narrowed.join(", ")} are narrowed or missing, as with a permission set`);
}

/** Checks of the runtime. */
export function runtimeChecks({ runtime }: DoctorFacts): Check[] {
  if (runtime === undefined) return [];
  const check = checksOf("runtime");
  return [
    check("program", "This program", program(runtime)),
    check("deno", "Deno", fine(runtime.deno)),
    check("kv", "Deno KV", store(runtime)),
    check("permissions", "Permissions of Deno", permissions(runtime)),
  ];
}
