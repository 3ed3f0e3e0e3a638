/**
 * Checks of what signatures are judged by.
 *
 * @module
 */
import { OLD_DAYS } from "../../signature/root/current.ts";
import { bad, checksOf, type Finding, fine, warn } from "../check.ts";
import type { DoctorFacts, TrustFacts } from "../facts.ts";
import type { Check } from "../types.ts";
import { settings } from "./state.ts";

const UPDATE = "bpfman trust update";

function root(trust: TrustFacts): Finding {
  if ("failure" in trust) return bad(trust.failure, "a trusted root that can be read", UPDATE);
  const { origin, ageDays, expired } = trust;
  const which = origin === "embedded" ? "built into this version" : "of the last update";
  const found = `${which}, ${ageDays} day(s) old`;
  if (expired.length > 0) {
    return bad(`${found}: nothing counts any more of ${expired.join(", ")}`, "a new root", UPDATE);
  }
  return ageDays > OLD_DAYS ? warn(found, `at most ${OLD_DAYS} days`, UPDATE) : fine(found);
}

/** Checks of trust. */
export function trustChecks({ trust, policy }: DoctorFacts): Check[] {
  const check = checksOf("trust");
  return [
    check("root", "Trusted root", root(trust)),
    ...policy === undefined ? [] : [check("policy", "Policy", settings(policy))],
  ];
}
