/**
 * Differences between rows, pins and kernel: the plan of repairs in the words of a report.
 *
 * @module
 */
import type { HookRepair } from "../chain/repair.ts";
import { describeHook, hookWord } from "../chain/model.ts";
import { describeInterruption } from "../declared/describe.ts";
import { describePlace } from "../link/driver.ts";
import { lookProgram } from "../lookups.ts";
import type { Machine } from "../machine.ts";
import type { Observation, Repair } from "../reconcile.ts";
import type { StoreState } from "../store/state.ts";
import type { InterfacePlace, LinkId, StatusFinding } from "../types.ts";
import { drift, MEND } from "./finding.ts";
import { isInterfaceThere } from "../interface_there.ts";

/** What findings are made from. */
export interface RowSight {
  readonly machine: Machine;
  readonly state: StoreState;
  readonly seen: Observation;
}

function links(ids: readonly LinkId[]): string {
  return ids.length === 1 ? `link ${ids[0]}` : `links ${ids.join(", ")}`;
}

/** A link that was cut: with its interface, or by somebody who detached it. */
function severed(machine: Machine, place: InterfacePlace, subject: string, what: string) {
  const { interface: name } = place;
  return isInterfaceThere(machine, place)
    ? drift("link-detached", {
      subject,
      message: `${what} was detached from "${name}" by somebody else`,
      mend: MEND,
    })
    : drift("interface-gone", {
      subject,
      message: `${what} has lost its interface "${name}"`,
      mend: MEND,
    });
}

function severedHook({ machine }: RowSight, { record, dropped }: HookRepair): StatusFinding {
  const { hook } = record;
  const subject = `chain ${hookWord(hook)} ${hook.nsid} ${hook.ifindex}`;
  const what = `the chain on "${describeHook(hook)}" with ${links(dropped)}`;
  if (hook.kind === "tc" && isInterfaceThere(machine, hook)) {
    const message = `${what} has lost its filter: somebody else removed or replaced it`;
    return drift("filter-gone", { subject, message, mend: MEND });
  }
  return severed(machine, hook, subject, what);
}

function hookFinding(sight: RowSight, repair: HookRepair): StatusFinding {
  const { kind, record, dropped } = repair;
  const { hook } = record;
  const subject = `chain ${hookWord(hook)} ${hook.nsid} ${hook.ifindex}`;
  const place = `the chain on "${describeHook(hook)}"`;
  switch (kind) {
    case "finish-hook":
    case "undo-hook":
    case "redo-hook":
      return drift("interrupted-change", {
        subject,
        message: `a change of ${place} was interrupted`,
        mend: MEND,
      });
    case "trim-hook":
    case "drop-hook":
      return drift("link-gone", {
        subject,
        message: `${place} has lost ${links(dropped)}`,
        mend: MEND,
      });
    case "drop-severed-hook":
      return severedHook(sight, repair);
  }
}

function orphanFinding({ machine: { layout }, seen }: RowSight, id: number): StatusFinding {
  if (seen.pinned.has(id)) {
    const message = `program ${id} comes from a load that was interrupted halfway`;
    return drift("half-load", { subject: `program ${id}`, message, mend: MEND });
  }
  const path = layout.programDirectory(id);
  const message = `the folder "${path}" belongs to no program`;
  return drift("orphan-folder", { subject: `folder ${path}`, message, mend: MEND });
}

function linkFinding(
  { machine, state }: RowSight,
  id: LinkId,
  isSevered: boolean,
): StatusFinding {
  const record = state.links.get(id);
  const subject = `link ${id}`;
  const place = record === undefined ? "" : ` on "${describePlace(record.details)}"`;
  if (isSevered && record !== undefined && "ifindex" in record.details) {
    return severed(machine, record.details, subject, subject);
  }
  return record?.kernelLinkId === null
    ? drift("interrupted-attach", {
      subject,
      message: `${subject}${place} was interrupted`,
      mend: MEND,
    })
    : drift("pin-gone", { subject, message: `${subject}${place} has lost its pin`, mend: MEND });
}

/** A repair as a finding. */
export function repairFinding(sight: RowSight, repair: Repair): StatusFinding {
  switch (repair.kind) {
    case "adopt-program": {
      const { programId, name } = repair.record;
      const message = `program ${programId} "${name}" is pinned and has no row`;
      return drift("interrupted-load", { subject: `program ${programId}`, message, mend: MEND });
    }
    case "undo-program":
      return orphanFinding(sight, repair.id);
    case "forget-program": {
      const { programId, name } = repair.record;
      const isAlive = lookProgram(sight.machine, repair.record) !== null;
      const what = `program ${programId} "${name}"`;
      return isAlive
        ? drift("pin-gone", {
          subject: `program ${programId}`,
          message: `${what} has lost its pin`,
          mend: MEND,
        })
        : drift("program-gone", {
          subject: `program ${programId}`,
          message: `${what} is not in the kernel`,
          mend: MEND,
        });
    }
    case "forget-boot": {
      const message = "the machine was booted since: the rows are of programs and links that " +
        "went with the old kernel";
      return drift("booted", { subject: "store", message, mend: MEND });
    }
    case "finish-link":
    case "drop-link":
      return linkFinding(sight, repair.id, false);
    case "drop-severed-link":
      return linkFinding(sight, repair.id, true);
    case "adopt-link": {
      const { id } = repair.record;
      const message = `link ${id} was made before there were chains`;
      return drift("link-adopted", { subject: `link ${id}`, message, mend: MEND });
    }
    case "resume-apply": {
      const { message } = describeInterruption(repair.intent);
      return drift("interrupted-apply", { subject: "apply", message, mend: MEND });
    }
    default:
      return hookFinding(sight, repair);
  }
}
