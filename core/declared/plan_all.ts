/**
 * The plans of a request, from rows and the last generations. Changes nothing.
 *
 * @module
 */
import { usageError } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";
import type { StoreState } from "../store/state.ts";
import { checkOwner } from "./generation.ts";
import { lastGeneration } from "./generations.ts";
import { isUnchanged, planApplication } from "./plan.ts";
import type { ApplyApplication, ApplyRequest } from "./request.ts";
import type { ApplicationPlan, Generation } from "./types.ts";

/** An application with its plan. */
export interface PlannedApplication {
  /** What is wanted; null where it goes. */
  readonly application: ApplyApplication | null;
  /** What is to be done. */
  readonly plan: ApplicationPlan;
  /** The generation before; null for the first. */
  readonly last: Generation | null;
  /** False when all is as wanted already. */
  readonly isChanged: boolean;
}

/** What paths of network namespaces stand for. */
export function namespaceOf({ kernel: { network } }: Machine) {
  return (path: string | null): number | null => {
    try {
      return network.namespaceId(path);
    } catch (error) {
      if (!isSyscallError(error)) throw error;
      return null;
    }
  };
}

function checkNames(names: readonly string[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw usageError(`Application "${twice}" is named twice`);
}

/**
 * Plans every application of a request.
 *
 * @param machine The machine.
 * @param rows What is remembered.
 * @param request What is wanted.
 * @throws {BpfmanError} `other-owner`, or for an application that is to go and does not exist.
 */
export function planAll(
  machine: Machine,
  rows: StoreState,
  request: ApplyRequest,
): PlannedApplication[] {
  const { applications, remove = [], directory, owner, createdBy } = request;
  const all = [
    ...applications.map((application) => ({ application, name: application.desired.name })),
    ...remove.map((name) => ({ application: null, name })),
  ];
  checkNames(all.map(({ name }) => name));
  return all.map(({ application, name }): PlannedApplication => {
    const last = lastGeneration(directory, name);
    if (request.takeOver !== true) checkOwner(last, owner);
    const rollbackOf = application?.rollbackOf;
    const plan = planApplication({
      name,
      desired: application?.desired ?? null,
      object: application?.declared ?? null,
      rows,
      last,
      owner,
      createdAt: machine.now().toISOString(),
      createdBy,
      namespaceOf: namespaceOf(machine),
      ...(rollbackOf === undefined ? {} : { rollbackOf }),
    });
    return { application, plan, last, isChanged: !isUnchanged(plan, last) };
  });
}
