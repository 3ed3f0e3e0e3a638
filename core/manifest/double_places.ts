/**
 * Two links of a program on the same place would be one: the second is refused.
 *
 * @module
 */
import type { ExpandedLink } from "./expand.ts";
import { pathText } from "./problems.ts";
import type { Tell } from "./rules.ts";
import type { AttachTarget } from "../types.ts";

/** What tells links of a program from each other; keys in the order of their names. */
function keyOf(target: AttachTarget): string {
  const entries = Object.entries(target).sort(([a], [b]) => a < b ? -1 : 1);
  return JSON.stringify(
    entries.map(([key, value]) => [key, Array.isArray(value) ? [...new Set(value)].sort() : value]),
  );
}

function placeText(target: AttachTarget): string {
  return "interface" in target ? ` on "${target.interface}"` : "";
}

/**
 * Looks for links that are the same.
 *
 * @param links Links of one program.
 * @param tell Is told of each that is there already.
 */
export function checkDoublePlaces(links: readonly ExpandedLink[], tell: Tell): void {
  const first = new Map<string, ExpandedLink>();
  for (const link of links) {
    const key = keyOf(link.target);
    const before = first.get(key);
    if (before === undefined) first.set(key, link);
    else tell(link.path, `is the same${placeText(link.target)} as ${pathText(before.path)}`);
  }
}
