/**
 * Checks of how this program runs.
 *
 * @module
 */
import { checksOf, type Finding, fine, warn } from "../check.ts";
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

function permissions({ denied }: RuntimeFacts): Finding {
  if (denied.length === 0) return fine("all");
  return warn(
    `without ${denied.join(", ")}`,
    "those of the command that is run",
    "Run with -A, or with the permission set of the command",
  );
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
