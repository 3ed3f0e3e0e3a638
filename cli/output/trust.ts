/**
 * The trusted root, for people and for programs.
 *
 * @module
 */
import { ageInDays, type CurrentRoot } from "../../core/signature/root/current.ts";
import { type RootMember, rootMembers } from "../../core/signature/root/describe.ts";
import type { UpdatedRoot } from "../../core/signature/root/update.ts";
import { rfc3339 } from "./format.ts";
import { foldValue } from "./fold.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";
import type { TrustJson, TrustUpdatedJson } from "../schema/policy.ts";

/** Words of strangers are in roots: a terminal must not obey them. */
function onOneLine(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x1f\x7f-\x9f]+/g, "?");
}

function day(date: Date | null, otherwise: string): string {
  return date === null ? otherwise : date.toISOString().slice(0, 10);
}

function memberRow({ kind, name, start, end }: RootMember): string[] {
  return [kind, onOneLine(name), day(start, "always"), day(end, "now")];
}

const COLUMNS: readonly Column[] = [
  { header: "KIND", wraps: true, least: 12 },
  { header: "NAME", wraps: true, least: 16 },
  { header: "FROM" },
  { header: "UNTIL" },
];

/** A root as text: where it came from, then its members as a table. */
export function rootText(current: CurrentRoot, now: Date, options: TableOptions): string {
  const { origin, date, mirror, path, root } = current;
  const days = ageInDays(current, now);
  const head = [
    ["origin: ", origin === "embedded" ? "built into this version" : "update"],
    ["mirror: ", onOneLine(mirror ?? "unknown")],
    ["date:   ", `${day(date, "")} (${days} ${days === 1 ? "day" : "days"} old)`],
    ...path === null ? [] : [["file:   ", path] as const],
  ] as const;
  const lines = head.flatMap(([label, value]) => foldValue(label, value, options.width));
  const table = renderTable(COLUMNS, rootMembers(root).map(memberRow), options);
  return `${lines.join("\n")}\n\n${table}`;
}

/** A root as plain data. */
export function rootJson(current: CurrentRoot, now: Date): TrustJson {
  const { origin, date, mirror, path, root } = current;
  return {
    origin,
    mirror,
    date: rfc3339(date),
    age_days: ageInDays(current, now),
    file: path,
    members: rootMembers(root).map(({ kind, name, start, end }) => ({
      kind,
      name,
      from: start === null ? null : rfc3339(start),
      until: end === null ? null : rfc3339(end),
    })),
  };
}

/** What an update did, as text. */
export function updatedText({ mirror, isChanged }: UpdatedRoot): string {
  return `${isChanged ? "updated" : "unchanged"}: trusted root of ${mirror}\n`;
}

/** What an update did, as plain data. */
export function updatedJson({ mirror, updatedAt, isChanged }: UpdatedRoot): TrustUpdatedJson {
  return { mirror, updated_at: rfc3339(updatedAt), changed: isChanged };
}
