/**
 * Loading a program and attaching it: both or nothing.
 *
 * @module
 */
import type { RunResult } from "../api.ts";
import { usageError } from "../errors.ts";
import { isLeftToNext } from "../left_to_next.ts";
import { attachProgram } from "../link/attach.ts";
import type { Machine } from "../machine.ts";
import type { Session } from "../session.ts";
import type { RunRequest } from "../types.ts";
import { viewLink } from "../view_link.ts";
import { viewProgram } from "../view_program.ts";
import { loadRequested } from "./requested.ts";
import { unloadProgram } from "./unload.ts";

/**
 * Loads one program and attaches it.
 *
 * @param machine The machine.
 * @param session Opens the store.
 * @param request What to load, and where it goes.
 * @throws {BpfmanError} When program and place do not fit, or the kernel refuses.
 */
export async function runProgram(
  machine: Machine,
  session: Session,
  { load, target, metadata = {} }: RunRequest,
): Promise<RunResult> {
  if (load.programs.length !== 1) throw usageError("A run needs exactly one program");
  return await loadRequested(machine, session, {
    request: load,
    // a kill before it is attached is undone by the next change
    mark: { awaitsLink: true },
    after: async (store, [loaded]) => {
      if (loaded === undefined) throw new TypeError("Cannot run: nothing was loaded");
      const { awaitsLink: _, ...record } = loaded;
      const { programId } = record;
      try {
        const link = await attachProgram(machine, store, { programId, target, metadata });
        await store.commit({ putPrograms: [record] });
        return {
          program: await viewProgram(machine, store.state, record),
          link: viewLink(machine, store.state, link),
        };
      } catch (error) {
        // a hook may run it although that could not be written down: the next change tells
        if (!isLeftToNext(error)) await unloadProgram(machine, store, programId);
        throw error;
      }
    },
  });
}
