/**
 * Where everything is below the runtime directory. Other tools and scripts look at these places,
 * so they are the ones that bpfman uses.
 *
 * @module
 */
import { type ChainHook, HOOK_WORDS, hookWord } from "./chain/model.ts";
import type { Direction, LinkId, ProgramId } from "./types.ts";

/** Default runtime directory. */
export const DEFAULT_RUNTIME_DIRECTORY = "/run/bpfman";

/** The hook of a network link. */
export interface HookPlace {
  readonly nsid: number;
  readonly ifindex: number;
}

/** Paths, computed and not touched. */
export class Layout {
  /** Absolute, without a slash at the end. */
  readonly root: string;

  constructor(root: string) {
    this.root = root.replace(/\/+$/, "");
  }

  get lock(): string {
    return `${this.root}/.lock`;
  }

  /** Where those who wait for the lock stand in line. */
  get queue(): string {
    return `${this.root}/.queue`;
  }

  get staging(): string {
    return `${this.root}/.staging`;
  }

  get database(): string {
    return `${this.root}/db/store.kv`;
  }

  get snapshot(): string {
    return `${this.root}/db/state.json`;
  }

  /** The readers' file once more, outside of the database's folder: what is left when that is lost. */
  get rows(): string {
    return `${this.root}/rows.json`;
  }

  /** Dated records of what `status` found. */
  get records(): string {
    return `${this.root}/records`;
  }

  get programs(): string {
    return `${this.root}/programs`;
  }

  get bpffs(): string {
    return `${this.root}/fs`;
  }

  get sharedMaps(): string {
    return `${this.bpffs}/shared`;
  }

  /** Directories of the ordinary file system, parents first. */
  get directories(): readonly string[] {
    return [this.root, `${this.root}/db`, this.programs, this.staging, this.bpffs];
  }

  /** Directories of the bpffs. */
  get pinDirectories(): readonly string[] {
    const { bpffs } = this;
    return [
      `${bpffs}/links`,
      `${bpffs}/maps`,
      `${bpffs}/internal`,
      this.sharedMaps,
      `${bpffs}/tcx-ingress`,
      `${bpffs}/tcx-egress`,
      ...HOOK_WORDS.map((word) => `${bpffs}/${word}`),
    ];
  }

  programDirectory(id: ProgramId): string {
    return `${this.programs}/${id}`;
  }

  bytecode(id: ProgramId): string {
    return `${this.programDirectory(id)}/bytecode.o`;
  }

  provenance(id: ProgramId): string {
    return `${this.programDirectory(id)}/provenance.json`;
  }

  programPin(id: ProgramId): string {
    return `${this.bpffs}/prog_${id}`;
  }

  mapDirectory(setId: ProgramId): string {
    return `${this.bpffs}/maps/${setId}`;
  }

  /** Maps of a program for its global variables, which belong to it alone. */
  internalMapDirectory(id: ProgramId): string {
    return `${this.bpffs}/internal/${id}`;
  }

  linkPin(id: LinkId): string {
    return `${this.bpffs}/links/${id}`;
  }

  tcxPin(direction: Direction, hook: HookPlace, program: ProgramId): string {
    return `${this.bpffs}/tcx-${direction}/link_${hook.nsid}_${hook.ifindex}_${program}`;
  }

  /** The pin of an XDP chain's link, which stays while revisions come and go. */
  seatPin(hook: ChainHook): string {
    return `${this.bpffs}/${hookWord(hook)}/dispatcher_${hook.nsid}_${hook.ifindex}_link`;
  }

  /** The folder of one version of a chain. */
  revision(hook: ChainHook, number: number): string {
    return `${this.bpffs}/${hookWord(hook)}/dispatcher_${hook.nsid}_${hook.ifindex}_${number}`;
  }
}

/** Program id of a pin's name, null when it is not a program's pin. */
export function programIdOfPin(name: string): ProgramId | null {
  const digits = /^prog_(\d+)$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}
