/**
 * Links as text.
 *
 * @module
 */
import { describeProblem } from "../../core/link/health.ts";
import type { ForeignMember, LinkView } from "../../core/types.ts";
import { pairsText, rfc3339 } from "./format.ts";
import { attachmentText, detailEntries } from "./place_text.ts";
import type { Tone } from "./style.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";
import { block, type Entry, leaf, renderTree } from "./tree.ts";

/** The chain of a link; only members of chains have one. */
function chainBlock({ chain }: LinkView): Entry[] {
  if (chain === null) return [];
  return [
    block("Chain", [
      leaf("Engine", chain.engine),
      leaf("Engine Asked For", chain.choice),
      leaf("Length", chain.length),
      leaf("Main Program ID", chain.mainProgramId === 0 ? "None" : chain.mainProgramId),
      leaf("Reason", chain.reason),
      leaf("Revision", chain.revision),
      ...(chain.runs === null ? [] : [leaf("Runs", String(chain.runs))]),
    ]),
  ];
}

/** One link in full. */
export function linkText(view: LinkView, options: TableOptions): string {
  const { record } = view;
  const entries = [
    block("Spec", [
      leaf("BPF Function", view.functionName === "" ? "None" : view.functionName),
      leaf("Created At", rfc3339(record.createdAt)),
      leaf("Kernel Link ID", record.kernelLinkId ?? "None"),
      leaf("Metadata", pairsText(record.metadata)),
      leaf("Pin Path", record.pinPath === "" ? "None" : record.pinPath),
      leaf("Program ID", record.programId),
      leaf("Type", record.details.kind),
      ...detailEntries(record.details, view.position),
    ]),
    ...chainBlock(view),
    block("Status", [
      leaf("Kernel Seen", view.isKernelSeen),
      leaf("Pin Present", view.isPinPresent),
      leaf("Problem", view.problem === null ? "None" : describeProblem(view.problem)),
    ]),
  ];
  return renderTree({ title: "Link ID", id: record.id, entries }, options);
}

/** A program of others in a chain that libxdp shares with us. */
export interface ForeignLink {
  readonly interface: string;
  readonly mode: string;
  readonly member: ForeignMember;
}

function badTone(): Tone {
  return "bad";
}

/** A table of links; the application's column only when some link has one. */
export function linkTable(
  views: readonly LinkView[],
  options: TableOptions,
  foreign: readonly ForeignLink[] = [],
): string {
  const hasApplication = views.some((view) => view.application !== "");
  const hasProblem = views.some((view) => view.problem !== null);
  const columns: Column[] = [
    { header: "LINK ID", isId: true },
    { header: "KERNEL LINK ID", rank: 4 },
    { header: "KIND", rank: 1 },
    { header: "PROGRAM ID", isId: true },
    ...(hasApplication ? [{ header: "APPLICATION", rank: 3, least: 11 }] : []),
    { header: "FUNCTION NAME", rank: 2, least: 13 },
    { header: "ATTACHMENT", least: 16 },
    ...(hasProblem ? [{ header: "PROBLEM", tone: badTone }] : []),
  ];
  const rows = views.map((view) => [
    String(view.record.id),
    view.record.kernelLinkId === null ? "-" : String(view.record.kernelLinkId),
    view.record.details.kind,
    String(view.record.programId),
    ...(hasApplication ? [view.application] : []),
    view.functionName,
    attachmentText(view),
    ...(hasProblem ? [view.problem ?? ""] : []),
  ]);
  const others = foreign.map(({ interface: name, mode, member }) => [
    "foreign",
    "-",
    "xdp",
    String(member.programId),
    ...(hasApplication ? [""] : []),
    member.name,
    `${name} pos-${member.position} ${mode}`,
    ...(hasProblem ? [""] : []),
  ]);
  return renderTable(columns, [...rows, ...others], options);
}
