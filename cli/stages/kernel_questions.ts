/**
 * What the first process asks of the kernel before it can say what the loader may do.
 *
 * @module
 */
import { isSyscallError } from "../../core/kernel_errors.ts";
import type { ProgramRequest } from "../../core/types.ts";
import type { StageCalls } from "./calls.ts";

/** Files of the kernel. */
export type KernelFiles = Pick<
  ReturnType<StageCalls["openKernel"]>["files"],
  "exists" | "readText"
>;

const PARANOID = "/proc/sys/kernel/perf_event_paranoid";
/** Greatest setting of Linux itself; Debian and others have one more. */
const MOST_PARANOID = 2;
const KALLSYMS = "/proc/kallsyms";

/** Whether perf events are kept from everybody without CAP_SYS_ADMIN; so they are where nobody can tell. */
export function isPerfRestricted({ exists, readText }: KernelFiles): boolean {
  return !exists(PARANOID) || Number(readText(PARANOID)) > MOST_PARANOID;
}

function symbolsOf({ readText }: KernelFiles): string {
  try {
    return readText(KALLSYMS);
  } catch (error) {
    // a machine may keep it to itself; the load then fails as that of an unknown function
    if (isSyscallError(error)) return "";
    throw error;
  }
}

/**
 * Whether a program is for a function of a module, whose types are found by id. A function that the
 * kernel itself has under that name is taken first.
 *
 * @param files Files of the kernel; its long list of symbols is read for such types only.
 * @param programs The programs that are named.
 */
export function hasModuleTarget(
  files: KernelFiles,
  programs: readonly Pick<ProgramRequest, "type" | "attachFunction">[],
): boolean {
  const names = programs.filter(({ type }) => type === "fentry" || type === "fexit")
    .flatMap(({ attachFunction }) => attachFunction ?? []);
  if (names.length === 0) return false;
  const symbols = symbolsOf(files);
  return names.some((name) => {
    const lines = new RegExp(`^[0-9a-f]+ [tTwW] ${RegExp.escape(name)}(\\t\\[.+\\])?$`, "gm");
    const owners = [...symbols.matchAll(lines)].map(([, owner]) => owner);
    return owners.length > 0 && !owners.includes(undefined);
  });
}
