/**
 * Facts of the trusted root of signatures.
 *
 * @module
 */
import { ageInDays, currentRoot } from "../../signature/root/current.ts";
import { rootMembers } from "../../signature/root/describe.ts";
import type { TrustFacts } from "../facts.ts";

/**
 * Facts of the trusted root.
 *
 * @param directory Where updates are kept.
 * @param now The time of day.
 */
export async function trustFacts(directory: string, now: Date): Promise<TrustFacts> {
  try {
    const current = await currentRoot(directory);
    const kinds = Map.groupBy(rootMembers(current.root), ({ kind }) => kind);
    const expired = [...kinds].filter(([, members]) =>
      members.every(({ end }) => end !== null && end < now)
    );
    return {
      origin: current.origin,
      ageDays: ageInDays(current, now),
      expired: expired.map(([kind]) => kind),
    };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
