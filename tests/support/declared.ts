/**
 * Applications for unit tests.
 *
 * @module
 */
import { planApplication, type PlanFacts } from "../../core/declared/plan.ts";
import type {
  ApplicationPlan,
  ApplyIntent,
  DeclaredObject,
  DesiredApplication,
  DesiredProgram,
} from "../../core/declared/types.ts";
import type { StoreState } from "../../core/store/state.ts";
import type { AttachTarget, LinkRecord, ProgramRecord, XdpTarget } from "../../core/types.ts";
import { linkRecord, programRecord, storeState } from "./records.ts";

/** An application without programs. */
export function sampleApplication(
  name: string,
  changes: Partial<DesiredApplication> = {},
): DesiredApplication {
  return {
    name,
    kind: "ClusterBpfApplication",
    labels: {},
    bytecode: { kind: "file", path: "/opt/shield.bpf.o" },
    globals: {},
    programs: [],
    ...changes,
  };
}

/** What its object is. */
export function sampleObject(changes: Partial<DeclaredObject> = {}): DeclaredObject {
  const objectDigest = `sha256:${"ab".repeat(32)}`;
  return {
    source: { kind: "file", path: "/opt/shield.bpf.o", digest: objectDigest },
    imageDigest: null,
    objectDigest,
    allowedUnsigned: [],
    ...changes,
  };
}

/** The application. */
export const APP = "shield";
const DECLARED = { application: APP, generation: 1 };
const ETH0 = { interface: "eth0", ifindex: 4, netns: null, nsid: 7 } as const;
/** XDP on eth0. */
export const XDP: XdpTarget = { kind: "xdp", interface: "eth0", priority: 50 };

/** A program of the application. */
export function declaredProgram(id: number, changes: Partial<ProgramRecord> = {}): ProgramRecord {
  const same = { objectDigest: sampleObject().objectDigest, mapIds: {}, declared: DECLARED };
  return programRecord(id, { name: "guard", ...same, ...changes });
}

/** An XDP link of the application, on eth0. */
export function declaredLink(
  id: number,
  programId: number,
  changes: Partial<LinkRecord> = {},
): LinkRecord {
  const details = {
    kind: "xdp",
    ...ETH0,
    priority: 50,
    proceedOn: [2, 31],
    mode: "native",
    isModeForced: false,
  } as const;
  return linkRecord(id, programId, { details, declared: DECLARED, ...changes });
}

/** The program as it is wanted. */
export function wanted(targets: readonly AttachTarget[], more: Partial<DesiredProgram> = {}) {
  const links = targets.map((target) => ({ target, metadata: {} }));
  return { name: "guard", type: "xdp", links, ...more } as const;
}

/** A plan for the application. */
export function samplePlan(
  programs: readonly DesiredProgram[] | null,
  rows: StoreState,
  more: Partial<PlanFacts> = {},
): ApplicationPlan {
  return planApplication({
    name: APP,
    desired: programs === null ? null : sampleApplication(APP, { programs }),
    object: programs === null ? null : sampleObject(),
    rows,
    last: null,
    owner: "default",
    createdAt: "2026-11-22T10:00:00.000Z",
    createdBy: "root",
    ...more,
  });
}

/** The journal of an apply that replaces one program of the application. */
export function sampleIntent({ id = "apply", phase = "switch", replaced, before, after }: {
  readonly id?: string;
  readonly phase?: ApplyIntent["phase"];
  readonly replaced: number;
  readonly before: readonly LinkRecord[];
  readonly after: readonly LinkRecord[] | null;
}): ApplyIntent {
  const rows = storeState([declaredProgram(replaced, { objectDigest: "sha256:01" })], before);
  const plan = samplePlan([], rows);
  const programs = [{ kind: "replace", name: "guard", from: replaced }] as const;
  return {
    version: 1,
    id,
    phase,
    plans: [{ ...plan, programs }],
    loaded: {},
    before: { programs: [...rows.programs.values()], links: before, hooks: {} },
    after: after === null ? null : { links: after, hooks: {} },
    directory: "/var/lib/bpfman",
  };
}
