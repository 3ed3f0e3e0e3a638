/**
 * What changes about a link that stays where it is, in words.
 *
 * @module
 */
import { hookKey } from "../chain/model.ts";
import { codesOf, DEFAULT_PROCEED_ON, wordOf } from "../chain/proceed_on.ts";
import { hookOf, isMember } from "../link/member_hook.ts";
import type { StoreState } from "../store/state.ts";
import type { AttachTarget, LinkDetails } from "../types.ts";

function change(word: string, from: string, to: string): string[] {
  return from === to ? [] : [`${word} ${from} -> ${to}`];
}

function memberChanges(rows: StoreState, details: LinkDetails, target: AttachTarget): string[] {
  if (!isMember(details) || (target.kind !== "xdp" && target.kind !== "tc")) return [];
  const { kind, proceedOn, engine } = target;
  const words = (codes: readonly number[]) => codes.map((code) => wordOf(kind, code)).join(",");
  const codes = proceedOn === undefined ? DEFAULT_PROCEED_ON[kind] : codesOf(kind, proceedOn);
  const current = rows.hooks.get(hookKey(hookOf(details)))?.current?.choice ?? "auto";
  return [
    ...change("proceed-on", words(details.proceedOn), words(codes)),
    ...engine === undefined ? [] : change("engine", current, engine),
  ];
}

/**
 * What changes about a link.
 *
 * @param rows Everything that is remembered.
 * @param details The link as it is.
 * @param target As it is wanted.
 * @returns Such as `priority 50 -> 10`.
 */
export function linkChanges(
  rows: StoreState,
  details: LinkDetails,
  target: AttachTarget,
): string[] {
  const priority = "priority" in details && "priority" in target
    ? change("priority", String(details.priority), String(target.priority))
    : [];
  return [...priority, ...memberChanges(rows, details, target)];
}
