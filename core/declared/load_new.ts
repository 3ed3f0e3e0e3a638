/**
 * The programs that an apply loads: judged before anything is changed, then loaded one by one. No
 * packet and no event meets them yet.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { Machine } from "../machine.ts";
import { checkStructure } from "../program/check_structure.ts";
import { loadPrograms } from "../program/load.ts";
import { type LoadPlan, nameOfObject, planLoad } from "../program/plan_load.ts";
import { type MapPlan, planMaps } from "../program/replace_plan.ts";
import type { Store } from "../store/kv_store.ts";
import type { StoreState } from "../store/state.ts";
import type { LoadRequest, Notice, ProgramId } from "../types.ts";
import { declaredBy, loadedKey } from "./goal.ts";
import type { ApplyApplication } from "./request.ts";
import type { ApplicationPlan, DesiredProgram } from "./types.ts";

/** A program that is to be loaded. */
export interface NewProgram {
  /** Names it among those of the apply. */
  readonly key: string;
  readonly plan: ApplicationPlan;
  readonly request: LoadRequest;
  readonly load: LoadPlan;
  /** Maps of the version before; null where there is none. */
  readonly maps: MapPlan | null;
}

function requestOf(
  { desired, declared, object }: ApplyApplication,
  programs: readonly DesiredProgram[],
): LoadRequest {
  if (object === null) {
    throw new BpfmanError(`Cannot load "${desired.name}": its object was not brought`, {
      code: "object-missing",
      hint: "Apply the manifest once more",
    });
  }
  const globals = Object.entries(desired.globals)
    .map(([name, value]) => [name, Uint8Array.fromBase64(value)] as const);
  return {
    ...object,
    origin: declared.source,
    programs: programs.map(({ name, type, attachFunction }) => ({
      name,
      type,
      ...(attachFunction === undefined ? {} : { attachFunction }),
    })),
    globals: Object.fromEntries(globals),
    metadata: desired.labels,
    application: desired.name,
  };
}

function checkDigest({ desired, declared }: ApplyApplication, { digest }: LoadPlan): void {
  if (digest === declared.objectDigest) return;
  throw new BpfmanError(
    `Cannot load "${desired.name}": its object is ${digest}, and ${declared.objectDigest} was ` +
      "decided about",
    {
      code: "object-digest-mismatch",
      kind: ErrorKind.POLICY,
      hint: "Apply the manifest once more: the file was changed meanwhile",
    },
  );
}

/** The program whose place a new one takes; undefined for none. */
function replacedBy(plan: ApplicationPlan, name: string): ProgramId | undefined {
  const step = plan.programs.find((one) => one.name === name && one.kind === "replace");
  return step?.kind === "replace" ? step.from : undefined;
}

/**
 * Judges what an application has to load. Changes nothing.
 *
 * @param machine The machine.
 * @param state The rows.
 * @param planned The application with its object, and its plan.
 * @throws {BpfmanError} When object and manifest do not fit.
 */
export async function planNew(
  machine: Machine,
  state: StoreState,
  { application, plan }: {
    readonly application: ApplyApplication;
    readonly plan: ApplicationPlan;
  },
): Promise<NewProgram[]> {
  const fresh = new Set(
    plan.programs.flatMap(({ kind, name }) => kind === "load" || kind === "replace" ? [name] : []),
  );
  const programs = application.desired.programs.filter(({ name }) => fresh.has(name));
  if (programs.length === 0) return [];
  const request = requestOf(application, programs);
  const load = await planLoad(request);
  checkDigest(application, load);
  checkStructure(nameOfObject(request), load.bytes);
  return load.programs.map((wanted): NewProgram => {
    const old = state.programs.get(replacedBy(plan, wanted.name) ?? -1);
    const options = { bytes: load.bytes, newMaps: true };
    return {
      key: loadedKey(plan.name, wanted.name),
      plan,
      request: { ...request, programs: [wanted] },
      load: { ...load, programs: [wanted] },
      maps: old === undefined ? null : planMaps(machine, old, options),
    };
  });
}

/** What is not taken over from old versions. */
export function noticesOf(news: readonly NewProgram[]): Notice[] {
  return news.flatMap(({ maps, plan, load }) =>
    (maps?.renewed ?? []).map((name) => ({
      code: "map-renewed",
      message:
        `map "${name}" of "${load.programs[0]?.name}" in application "${plan.name}" begins ` +
        "anew: its schema has changed",
    }))
  );
}

/**
 * Loads programs for an apply, whose rows name it.
 *
 * @param machine The machine.
 * @param store The store, open for writing.
 * @param order The programs, and the apply that their rows name.
 * @returns Their ids by key.
 * @throws {BpfmanError} When the kernel refuses one; those before it are loaded.
 */
export async function loadNew(
  machine: Machine,
  store: Store,
  { applyId, news }: { readonly applyId: string; readonly news: readonly NewProgram[] },
): Promise<Record<string, ProgramId>> {
  const loaded: Record<string, ProgramId> = {};
  for (const { key, plan, request, load, maps } of news) {
    const [row] = await loadPrograms(
      machine,
      {
        state: store.state,
        request,
        plan: load,
        mark: { declared: declaredBy(plan), applyId },
        ...(maps === null ? {} : { keptMaps: maps.kept }),
      },
      (rows) => store.commit({ putPrograms: rows }),
    );
    if (row !== undefined) loaded[key] = row.programId;
  }
  return loaded;
}
