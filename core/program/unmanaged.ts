/**
 * What is said of a program that is not ours.
 *
 * @module
 */
import { BpfmanError, notFound } from "../errors.ts";
import { isSyscallError } from "../kernel_errors.ts";
import type { Machine } from "../machine.ts";

/** The error for a program that is not ours: absent, or somebody else's. */
export function unmanaged({ kernel }: Machine, id: number): BpfmanError {
  let info;
  try {
    info = kernel.bpf.programInfo(id);
  } catch (error) {
    // without the right to look programs up, all that is known is that it is not ours
    if (!isSyscallError(error, "EPERM")) throw error;
    return notFound("program", id);
  }
  if (info === null) return notFound("program", id);
  return new BpfmanError(
    `Program ${id} "${info.name}" exists in kernel but is not managed by bpfman`,
    { code: "program-unmanaged", hint: 'See "list programs" for those that are' },
  );
}
