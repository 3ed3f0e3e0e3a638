/**
 * Where the counts of a new program are: in the program itself, or in the chains that run it.
 *
 * @module
 */
import { hookKey } from "../../chain/model.ts";
import type { HookRecord } from "../../chain/record.ts";
import { hookOf, isMember } from "../../link/member_hook.ts";
import { linksOf, type StoreState } from "../../store/state.ts";
import type { LinkId, ProgramId } from "../../types.ts";
import type { GateSubject } from "./types.ts";

/** A composed chain that runs a program, by the links of that. */
export interface ComposedSource {
  readonly record: HookRecord;
  readonly links: readonly LinkId[];
  readonly mainProgramId: ProgramId;
}

/** Where the counts of one program are. */
export interface GateSources {
  readonly subject: GateSubject;
  /** True when the kernel runs the program itself somewhere, or it is attached nowhere. */
  readonly isRunAlone: boolean;
  readonly composed: readonly ComposedSource[];
  /** Why runs and their time are not counted somewhere; null when they are. */
  readonly uncounted: string | null;
  /** What the interfaces run that it is on; null for programs that are not XDP. */
  readonly xdpMains: readonly ProgramId[] | null;
  /** Why aborted packets cannot be told somewhere; null when they can. */
  readonly unseen: string | null;
}

/** Chains with links of a program, each once. */
function chainsOf(state: StoreState, programId: ProgramId): ComposedSource[] {
  const links = linksOf(state, programId).flatMap(({ id, details }) =>
    isMember(details) ? [{ id, key: hookKey(hookOf(details)) }] : []
  );
  return [...Map.groupBy(links, ({ key }) => key)].flatMap(([key, members]) => {
    const record = state.hooks.get(key);
    if (record?.current === undefined || record.current === null) return [];
    const { mainProgramId } = record.current;
    return [{ record, links: members.map(({ id }) => id), mainProgramId }];
  });
}

function engineOf({ record }: ComposedSource): string {
  return record.current?.engine ?? "direct";
}

/**
 * Finds the counts of a program.
 *
 * @param state Rows after the links were changed.
 * @param subject The program.
 */
export function sourcesOf(state: StoreState, subject: GateSubject): GateSources {
  const { programId } = subject;
  const chains = chainsOf(state, programId);
  const composed = chains.filter((chain) => engineOf(chain) === "compose");
  const extended = chains.find((chain) => ["freplace", "libxdp"].includes(engineOf(chain)));
  const foreign = chains.find((chain) => chain.mainProgramId === 0);
  const others = linksOf(state, programId).some(({ details }) => !isMember(details));
  const isDirect = chains.some((chain) => engineOf(chain) === "direct");
  const isXdp = state.programs.get(programId)?.type === "xdp";
  return {
    subject,
    isRunAlone: isDirect || others || chains.length === 0,
    composed,
    uncounted: extended === undefined
      ? null
      : `the kernel does not count runs of extension programs (engine ${engineOf(extended)})`,
    xdpMains: isXdp
      ? chains.filter((chain) => chain.mainProgramId !== 0).map((chain) => chain.mainProgramId)
      : null,
    unseen: foreign === undefined
      ? null
      : `the dispatcher of engine ${engineOf(foreign)} is shared with others`,
  };
}
