/**
 * Links as text.
 *
 * @module
 */
import type { LinkDetails, LinkView, XdpDetails } from "../../core/types.ts";
import { pairsText, rfc3339 } from "./format.ts";
import type { Style } from "./style.ts";
import { type Column, renderTable, type TableOptions } from "./table.ts";
import { block, type Entry, leaf, renderTree } from "./tree.ts";

function interfaceEntries(
  details: XdpDetails | Extract<LinkDetails, { kind: "tcx" }>,
  position: number | null,
): Entry[] {
  return [
    leaf("Interface", details.interface),
    leaf("Network Namespace", details.netns ?? "None"),
    leaf("Position", position ?? "None"),
    leaf("Priority", details.priority),
  ];
}

/** What the link hangs on, label by label. */
export function detailEntries(details: LinkDetails, position: number | null): Entry[] {
  switch (details.kind) {
    case "xdp":
      return interfaceEntries(details, position);
    case "tcx":
      return [...interfaceEntries(details, position), leaf("Direction", details.direction)];
    case "tracepoint":
      return [leaf("Tracepoint", `${details.group}/${details.name}`)];
    case "uprobe":
    case "uretprobe":
      return [
        leaf("Attach Type", details.kind),
        leaf("Function", details.functionName ?? "None"),
        leaf("Offset", details.offset),
        leaf("PID", details.pid === 0 ? "All" : details.pid),
        leaf("Target", details.target),
        leaf("Target Path", details.path),
      ];
  }
}

function onInterface(
  details: XdpDetails | Extract<LinkDetails, { kind: "tcx" }>,
  position: number | null,
): string {
  return [
    details.interface,
    ...(details.kind === "tcx" ? [details.direction] : []),
    ...(position === null ? [] : [`pos-${position}`]),
    ...(details.netns === null ? [] : [`netns=${details.netns}`]),
  ].join(" ");
}

/** What the link hangs on, in a few words. */
export function attachmentText(view: LinkView): string {
  const { details } = view.record;
  switch (details.kind) {
    case "xdp":
    case "tcx":
      return onInterface(details, view.position);
    case "tracepoint":
      return `${details.group}/${details.name}`;
    case "uprobe":
    case "uretprobe": {
      const offset = details.offset === 0 ? "" : `+0x${details.offset.toString(16)}`;
      const place = `${details.functionName ?? ""}${offset}`;
      return [
        details.target,
        ...(place === "" ? [] : [place]),
        ...(details.pid === 0 ? [] : [`pid=${details.pid}`]),
      ].join(" ");
    }
  }
}

/** One link in full. */
export function linkText(view: LinkView, style: Style): string {
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
    block("Status", [
      leaf("Kernel Seen", view.isKernelSeen),
      leaf("Pin Present", view.isPinPresent),
    ]),
  ];
  return renderTree({ title: "Link ID", id: record.id, entries }, style);
}

/** A table of links; the application's column only when some link has one. */
export function linkTable(views: readonly LinkView[], options: TableOptions): string {
  const hasApplication = views.some((view) => view.application !== "");
  const columns: Column[] = [
    { header: "LINK ID", isId: true },
    { header: "KERNEL LINK ID" },
    { header: "KIND" },
    { header: "PROGRAM ID", isId: true },
    ...(hasApplication ? [{ header: "APPLICATION" }] : []),
    { header: "FUNCTION NAME" },
    { header: "ATTACHMENT" },
  ];
  const rows = views.map((view) => [
    String(view.record.id),
    view.record.kernelLinkId === null ? "-" : String(view.record.kernelLinkId),
    view.record.details.kind,
    String(view.record.programId),
    ...(hasApplication ? [view.application] : []),
    view.functionName,
    attachmentText(view),
  ]);
  return renderTable(columns, rows, options);
}
