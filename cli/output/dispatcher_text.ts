/**
 * Hooks with chains as text.
 *
 * @module
 */
import type { DispatcherView } from "../../core/types.ts";
import { proceedOnText } from "./place_text.ts";
import { foldValue } from "./fold.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";

/** Columns that members stand in from their title. */
const INDENT = 2;

function seatCells({ chain: { seat } }: DispatcherView): readonly [string, string, string] {
  if (seat.kind === "xdp") return [String(seat.kernelLinkId), "-", "-"];
  if (seat.kind === "tc") {
    return ["-", String(seat.filterPriority), `0x${seat.filterHandle.toString(16)}`];
  }
  return ["-", "-", "-"];
}

/** How many programs of others there are, such as ` (+2 foreign)`; empty for none. */
function foreignText({ foreign }: DispatcherView): string {
  return foreign.length === 0 ? "" : ` (+${foreign.length} foreign)`;
}

/** A table of hooks. */
export function dispatcherTable(
  views: readonly DispatcherView[],
  options: TableOptions,
): string {
  const columns: Column[] = [
    { header: "TYPE" },
    { header: "NSID", rank: 4 },
    { header: "IFINDEX", rank: 5 },
    { header: "INTERFACE" },
    { header: "REVISION", rank: 6 },
    { header: "ENGINE", rank: 1 },
    { header: "PROGRAM ID", isId: true, rank: 2 },
    { header: "KERNEL LINK ID", rank: 9 },
    { header: "PRIORITY", rank: 8 },
    { header: "HANDLE", rank: 7 },
    { header: "MEMBERS" },
    { header: "NETNS", rank: 3, least: 12, keep: "end" },
  ];
  const rows = views.map((view) => [
    view.key.type,
    String(view.key.nsid),
    String(view.key.ifindex),
    view.hook.interface,
    String(view.chain.revision),
    view.chain.engine,
    String(view.chain.mainProgramId),
    ...seatCells(view),
    String(view.members.length) + foreignText(view),
    view.hook.netns ?? "-",
  ]);
  return renderTable(columns, rows, options);
}

function labelled(pairs: readonly (readonly [string, string])[], room: number | null): string {
  const width = Math.max(...pairs.map(([label]) => label.length)) + 1;
  return pairs.flatMap(([label, value]) =>
    foldValue(`  ${`${label}:`.padEnd(width)} `, value, room).map((line) => `${line}\n`)
  ).join("");
}

function headText({ hook, chain }: DispatcherView, room: number | null): string {
  const { seat } = chain;
  return labelled([
    ["Interface", hook.interface],
    ["Network Namespace", hook.netns ?? "None"],
    ["Revision", String(chain.revision)],
    ["Engine", chain.engine],
    ["Engine Asked For", chain.choice],
    ["Reason", chain.reason],
    ["Program ID", String(chain.mainProgramId)],
    ...(chain.mode === null ? [] : [["Mode", chain.mode] as const]),
    ...(seat.kind === "xdp" ? [["Kernel Link ID", String(seat.kernelLinkId)] as const] : []),
    ...(seat.kind === "tc"
      ? [
        ["Priority", String(seat.filterPriority)] as const,
        ["Filter Handle", `0x${seat.filterHandle.toString(16)}`] as const,
      ]
      : []),
  ], room);
}

/** Rows of our members and those of others, each with its position. */
function memberRows(view: DispatcherView, isCounted: boolean): string[][] {
  const { kind } = view.hook;
  const ours = view.members.map(({ member, position, link, functionName, runs }) => [
    String(position),
    String(member.priority),
    String(member.programId),
    functionName,
    String(member.linkId),
    String(link?.kernelLinkId ?? "-"),
    ...(isCounted ? [String(runs ?? "-")] : []),
    proceedOnText(kind, member.proceedOn),
  ]);
  const others = view.foreign.map(({ programId, name, position, priority, proceedOn }) => [
    String(position),
    String(priority),
    String(programId),
    name,
    "foreign",
    "-",
    ...(isCounted ? ["-"] : []),
    proceedOnText(kind, proceedOn),
  ]);
  return [...ours, ...others].sort(([a], [b]) => Number(a) - Number(b));
}

/** One hook with its members, in the order in which they run. */
export function dispatcherText(view: DispatcherView, options: TableOptions): string {
  const { style, width, isWide = false } = options;
  const { type, nsid, ifindex } = view.key;
  const isCounted = view.members.some(({ runs }) => runs !== null);
  const columns = [
    { header: "POS" },
    { header: "PRIORITY" },
    { header: "PROGRAM ID", isId: true },
    { header: "FUNCTION NAME", wraps: true, least: 12 },
    { header: "LINK ID", isId: true },
    { header: "KERNEL LINK ID", rank: 1 },
    ...(isCounted ? [{ header: "RUNS" }] : []),
    { header: "PROCEED ON", wraps: true },
  ];
  const table = renderTable(columns, memberRows(view, isCounted), {
    style,
    isWide,
    width: width === null ? null : width - INDENT,
  });
  const members = table.split("\n").map((line) => line === "" ? "" : `${" ".repeat(INDENT)}${line}`)
    .join("\n");
  const count = `Members (${view.members.length}${foreignText(view)}):`;
  return `${style.header("Dispatcher:")} ${type} nsid=${nsid} ifindex=${ifindex}\n` +
    `${headText(view, isWide ? null : width)}\n${style.header(count)}\n${members}`;
}
