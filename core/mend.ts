/**
 * Makes the repairs that `reconcile.ts` plans: mends what a killed predecessor left.
 *
 * @module
 */
import { adoptLink } from "./chain/adopt.ts";
import { sweepFolders } from "./chain/folder.ts";
import type { HookRepair } from "./chain/repair.ts";
import { bootIdOf } from "./identity.ts";
import { partPins } from "./link/driver.ts";
import type { Machine } from "./machine.ts";
import { removeInternalMaps } from "./program/own_maps.ts";
import { removeTree } from "./program/publish.ts";
import { removeMapSet, removeProgramFiles, sweepSharedMaps } from "./program/remove.ts";
import { allRows, compare, type Repair } from "./reconcile.ts";
import type { Store } from "./store/kv_store.ts";
import { mapSetOf, mapSetUsers, type StoreState } from "./store/state.ts";
import type { LinkId, ProgramRecord } from "./types.ts";

/** Forgets the rows of another boot, with their files; the kernel is not asked for anything. */
async function forgetBoot(machine: Machine, store: Store, old: StoreState): Promise<void> {
  const { kernel, layout } = machine;
  for (const id of old.programs.keys()) {
    if (!kernel.files.exists(layout.programPin(id))) removeTree(layout.programDirectory(id));
  }
  await store.commit({ ...allRows(old), bootId: bootIdOf(machine) });
}

async function forgetProgram(machine: Machine, store: Store, record: ProgramRecord) {
  const setId = mapSetOf(record);
  const users = mapSetUsers(store.state, setId).filter((id) => id !== record.programId);
  if (users.length === 0) removeMapSet(machine, setId);
  removeInternalMaps(machine, record.programId);
  removeTree(machine.layout.programDirectory(record.programId));
  await store.commit({ deletePrograms: [record.programId] });
}

async function finishLink(machine: Machine, store: Store, id: LinkId): Promise<void> {
  const record = store.state.links.get(id);
  if (record === undefined) return;
  using link = machine.kernel.bpf.openPin(record.pinPath);
  const kernelLinkId = machine.kernel.bpf.linkInfoByFd(link.raw).id;
  await store.commit({ putLinks: [{ ...record, kernelLinkId }] });
}

async function dropLink(machine: Machine, store: Store, id: LinkId): Promise<void> {
  const record = store.state.links.get(id);
  if (record !== undefined) {
    for (const pin of [record.pinPath, ...partPins(record)]) {
      if (pin !== "") machine.kernel.files.remove(pin);
    }
  }
  await store.commit({ deleteLinks: [id] });
}

/** Mends a hook; named by a value, as most commands find none to mend (see cli/main.ts). */
async function repairChain(machine: Machine, store: Store, repair: HookRepair): Promise<void> {
  const path = "./chain/repair_hook.ts";
  const { repairHook }: typeof import("./chain/repair_hook.ts") = await import(path);
  await repairHook(machine, store, repair);
}

async function apply(machine: Machine, store: Store, repair: Repair): Promise<void> {
  switch (repair.kind) {
    case "adopt-program":
      return await store.commit({ putPrograms: [repair.record] });
    case "undo-program":
      return removeProgramFiles(machine, repair.id, true);
    case "forget-program":
      return await forgetProgram(machine, store, repair.record);
    case "forget-boot":
      return await forgetBoot(machine, store, repair.state);
    case "finish-link":
      return await finishLink(machine, store, repair.id);
    case "drop-severed-link":
    case "drop-link":
      return await dropLink(machine, store, repair.id);
    case "adopt-link":
      return await adoptLink(machine, store, repair.record);
    case "resume-apply":
      // once all else is mended, see change_alone.ts
      return;
    default:
      return await repairChain(machine, store, repair);
  }
}

/**
 * Finishes or undoes what a predecessor left, before a change is made.
 *
 * @returns What was done.
 */
export async function repairAll(machine: Machine, store: Store): Promise<readonly Repair[]> {
  const { repairs } = await compare(machine, store.state);
  for (const repair of repairs) await apply(machine, store, repair);
  for (const name of machine.kernel.files.list(machine.layout.staging)) {
    removeTree(`${machine.layout.staging}/${name}`);
  }
  sweepSharedMaps(machine);
  sweepFolders(machine, store.state);
  return repairs;
}
