/**
 * The kernel's part of a load: programs and maps come to be, are pinned, and are remembered, all
 * of them or none.
 *
 * Order, and what a kill leaves behind at each point:
 * 1. all programs are in the kernel, held by descriptors only (a kill frees them);
 * 2. folders and map pins (no program pin yet: the next change removes them);
 * 3. program pins, one after the other (a batch without all of its pins is undone);
 * 4. the rows in the store (a whole batch without rows is adopted from its folders).
 *
 * @module
 */
import type {
  LoadedObject,
  MapReuse,
  ObjectError,
  ObjectLoadOptions,
  ProgramInfo,
} from "../../ffi/mod.ts";
import { BpfmanError, ErrorKind } from "../errors.ts";
import { identityOf } from "../identity.ts";
import { isSyscallError, withExplanation } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import { alwaysNeeded } from "../privileges/needs.ts";
import type { StoreState } from "../store/state.ts";
import {
  APPLICATION_KEY,
  type LoadRequest,
  type Metadata,
  type ObjectSource,
  type ProgramId,
  type ProgramRecord,
  type ProgramRequest,
} from "../types.ts";
import { suggestFunctions, suggestLsmHooks } from "../link/kernel_symbols.ts";
import { checkWhole } from "./check_whole.ts";
import { ImageBtf } from "./image_btf.ts";
import { PROGRAM_KINDS, SOCK_ADDR_HOOKS } from "./kinds.ts";
import { openMaps } from "./map_access.ts";
import { pinInternalMaps } from "./own_maps.ts";
import type { LoadPlan } from "./plan_load.ts";
import { publishProgram } from "./publish.ts";
import { removeProgramFiles, sweepSharedMaps } from "./remove.ts";

/** A program in the kernel that nothing but this process holds. */
interface Held {
  readonly record: ProgramRecord;
  readonly object: LoadedObject;
}

function checkMapOwner(state: StoreState, id: ProgramId | undefined): void {
  if (id === undefined) return;
  const owner = state.programs.get(id);
  if (owner === undefined) {
    throw new BpfmanError(`map_owner_id ${id} does not exist: map owner not found`, {
      code: "map-owner-not-found",
      kind: ErrorKind.NOT_FOUND,
      hint: 'See "list programs" for those that exist',
    });
  }
  if (owner.mapOwnerId !== null) {
    throw new BpfmanError(
      `map_owner_id ${id} does not exist as an owner: it uses the maps of program ${owner.mapOwnerId}`,
      { code: "map-owner-dependent", hint: `Give --map-owner-id ${owner.mapOwnerId}` },
    );
  }
}

function reusedMaps({ kernel, layout }: Machine, owner: ProgramId | undefined) {
  if (owner === undefined) return [];
  const directory = layout.mapDirectory(owner);
  return kernel.files.list(directory).map((name) => ({ name, path: `${directory}/${name}` }));
}

function metadataOf(request: LoadRequest): Metadata {
  const { application, metadata = {} } = request;
  return application === undefined ? metadata : { ...metadata, [APPLICATION_KEY]: application };
}

function unknownTarget(machine: Machine, { name, type, attachFunction }: ProgramRequest) {
  const target = attachFunction ?? "";
  const isHook = type === "lsm";
  const near = isHook ? suggestLsmHooks(machine, target) : suggestFunctions(machine, target);
  const question = near.length === 0 ? "" : `; did you mean: ${near.join(", ")}?`;
  const what = isHook ? "LSM hook" : "function that can be traced";
  return new BpfmanError(
    `Cannot load program "${name}": the kernel has no ${what} "${target}"${question}`,
    { code: "attach-target-not-found", kind: ErrorKind.NOT_FOUND },
  );
}

/** Loads; a target that the kernel does not have is named, with those that may be meant. */
function withTarget(
  machine: Machine,
  wanted: ProgramRequest,
  options: ObjectLoadOptions,
): LoadedObject {
  try {
    return machine.kernel.loader.load(options);
  } catch (error) {
    const code = isSyscallError(error) || isObjectError(error) ? error.code : "";
    const isUnknown = options.attachTarget !== undefined && ["ESRCH", "ENOENT"].includes(code);
    throw isUnknown ? unknownTarget(machine, wanted) : error;
  }
}

function isObjectError(error: unknown): error is ObjectError {
  return error instanceof Error && error.name === "ObjectError";
}

/** What all programs of a load have in common. */
interface LoadScene {
  readonly plan: LoadPlan;
  /** Maps that exist already and are to be used. */
  readonly reuseMaps: readonly MapReuse[];
  /** BTF to load against in place of the kernel's. */
  readonly btfPath: string | undefined;
}

function loadOne(machine: Machine, wanted: ProgramRequest, scene: LoadScene): LoadedObject {
  const { plan, reuseMaps, btfPath } = scene;
  const kind = PROGRAM_KINDS[wanted.type];
  const target = kind.hasTarget ? wanted.attachFunction : undefined;
  const hook = SOCK_ADDR_HOOKS[wanted.attachFunction ?? ""];
  const work = {
    action: `Cannot load program "${wanted.name}"`,
    needs: alwaysNeeded({ verb: "load", types: [wanted.type] }),
  };
  return withExplanation(machine.kernel, work, () =>
    withTarget(machine, wanted, {
      bytes: plan.bytes,
      name: "bpfman",
      program: wanted.name,
      programCount: plan.programCount,
      type: kind.type,
      expectedAttachType: hook ?? kind.expectedAttachType,
      isAttachTypeForced: hook !== undefined,
      globals: plan.patches,
      reuseMaps,
      sharedPinDirectory: machine.layout.sharedMaps,
      ...(target === undefined ? {} : { attachTarget: target }),
      ...(btfPath === undefined ? {} : { btfPath }),
    }));
}

function mapIdsOf({ kernel }: Machine, { maps }: LoadedObject): Record<string, number> {
  return Object.fromEntries(maps.map(({ name, fd }) => [name, kernel.bpf.mapInfoByFd(fd).id]));
}

function sourceOf(request: LoadRequest): ObjectSource {
  if (request.image === undefined) return { kind: "file", path: request.path };
  const { reference, digest, manifestDigest, pullPolicy } = request.image;
  return { kind: "image", reference, digest, manifestDigest, pullPolicy };
}

function recordOf(
  machine: Machine,
  request: LoadRequest,
  plan: LoadPlan,
  held: Omit<Held, "record"> & {
    readonly info: ProgramInfo;
    readonly digest: string;
    readonly wanted: ProgramRequest;
    readonly replaces: ProgramId | undefined;
    readonly mark: LoadMark | undefined;
  },
): ProgramRecord {
  const globals = Object.entries(plan.globals)
    .map(([name, value]) => [name, value.toBase64()] as const);
  return {
    version: 1,
    programId: held.info.id,
    name: held.wanted.name,
    type: held.wanted.type,
    attachFunction: held.wanted.attachFunction ?? null,
    source: sourceOf(request),
    ...(request.origin === undefined ? {} : { origin: request.origin }),
    objectDigest: held.digest,
    globals: Object.fromEntries(globals),
    metadata: metadataOf(request),
    license: plan.license,
    gplCompatible: plan.gplCompatible,
    mapOwnerId: request.mapOwnerId ?? null,
    mapIds: mapIdsOf(machine, held.object),
    identity: identityOf(machine, held.info),
    ...(held.replaces === undefined ? {} : { replaces: held.replaces }),
    ...held.mark,
    createdAt: machine.now().toISOString(),
  };
}

function pinMaps(machine: Machine, { record, object }: Held): void {
  const { kernel, layout } = machine;
  pinInternalMaps(machine, record, object.maps);
  if (record.mapOwnerId !== null) return;
  const directory = layout.mapDirectory(record.programId);
  kernel.files.makeDirectory(directory);
  for (const map of object.maps) {
    // maps for global variables belong to the program alone
    if (!map.isInternal) kernel.bpf.pin(map.fd, `${directory}/${map.name}`);
  }
  if (machine.mapAccess !== undefined) openMaps(machine, record.programId, machine.mapAccess);
}

function settle(machine: Machine, plan: LoadPlan, held: readonly Held[]): void {
  const { kernel, layout } = machine;
  const batch = held.map(({ record }) => record.programId);
  const work = { action: "Cannot pin the programs", needs: ["CAP_BPF"] };
  withExplanation(kernel, work, () => {
    for (const one of held) {
      publishProgram(layout, { record: one.record, batch }, plan.bytes);
      pinMaps(machine, one);
    }
    for (const { record, object } of held) {
      kernel.bpf.pin(object.programFd, layout.programPin(record.programId));
    }
  });
}

/** True when there are maps that the load could take: its owner's, or any that is pinned by name. */
function mayShareMaps({ kernel, layout }: Machine, owner: ProgramId | undefined): boolean {
  return owner !== undefined || kernel.files.list(layout.sharedMaps).length > 0;
}

/** What tells rows of a change of several steps, as long as that is not through. */
export type LoadMark = Pick<ProgramRecord, "declared" | "applyId" | "awaitsLink">;

/** What is to be loaded. */
export interface LoadWork {
  /** The store's state, for map owners. */
  readonly state: StoreState;
  /** What was asked for. */
  readonly request: LoadRequest;
  /** What was checked. */
  readonly plan: LoadPlan;
  /** The program whose place the new one takes, and those of its maps that are kept. */
  readonly replaces?: { readonly id: ProgramId; readonly maps: readonly MapReuse[] };
  /** Maps that are there and that the programs go on with. @default those of the map owner */
  readonly keptMaps?: readonly MapReuse[];
  /** For rows of an application, and of a run. */
  readonly mark?: LoadMark;
}

/**
 * Brings the programs of a plan into the kernel and pins them.
 *
 * @param machine The machine.
 * @param work What is to be loaded.
 * @param remember Called with the rows once everything is pinned; when it fails, all is undone.
 * @returns The rows, in the order of the request.
 * @throws {BpfmanError} When the kernel refuses.
 */
export async function loadPrograms(
  machine: Machine,
  { state, request, plan, replaces, keptMaps, mark }: LoadWork,
  remember: (records: readonly ProgramRecord[]) => Promise<void>,
): Promise<ProgramRecord[]> {
  checkMapOwner(state, request.mapOwnerId);
  if (mayShareMaps(machine, request.mapOwnerId)) {
    // named by a value: most loads share nothing and need no reader of types (see cli/main.ts)
    const path = "./map_schema.ts";
    const { checkSharedMaps }: typeof import("./map_schema.ts") = await import(path);
    checkSharedMaps(machine, plan.bytes, request.mapOwnerId);
  }
  const { digest } = plan;
  const reuse = keptMaps ?? replaces?.maps ?? reusedMaps(machine, request.mapOwnerId);
  using objects = new DisposableStack();
  const records: ProgramRecord[] = [];
  try {
    const btf = request.image?.btf;
    const btfPath = btf === undefined ? undefined : objects.use(new ImageBtf(machine, btf)).path;
    const scene: LoadScene = { plan, reuseMaps: reuse, btfPath };
    const held = plan.programs.map((wanted): Held => {
      const object = objects.use(loadOne(machine, wanted, scene));
      const info = machine.kernel.bpf.programInfoByFd(object.programFd);
      checkWhole(wanted.name, info);
      const held = { info, digest, wanted, object, mark, replaces: replaces?.id };
      const record = recordOf(machine, request, plan, held);
      records.push(record);
      return { object, record };
    });
    settle(machine, plan, held);
    await remember(records);
  } catch (error) {
    for (const { programId, mapOwnerId } of records) {
      removeProgramFiles(machine, programId, mapOwnerId === null);
    }
    sweepSharedMaps(machine);
    throw error;
  }
  return records;
}
