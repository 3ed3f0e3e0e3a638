/**
 * Members as the engine sees them: the adapted instructions of a loaded program, and what they ask
 * of a chain.
 *
 * @module
 */
import { type Code, decodeCode } from "../../../bytecode-tools/insn/insn.ts";
import type { MapReuse, OwnedFd, RelocatedProgram } from "../../../ffi/mod.ts";
import { BpfmanError, notFound } from "../../errors.ts";
import { isSyscallError, withExplanation } from "../../kernel_errors.ts";
import type { Machine } from "../../machine.ts";
import { readBytecode } from "../../program/bytecode.ts";
import { PROGRAM_KINDS } from "../../program/kinds.ts";
import { ownMaps } from "../../program/own_maps.ts";
import type { StoreState } from "../../store/state.ts";
import type { ProgramId, ProgramRecord } from "../../types.ts";
import { functionsOf, type MemberFunction, usesModules } from "./functions.ts";
import type { MemberNeeds } from "./segments.ts";

/** A program that is to be called from a chain. */
export interface MemberFacts {
  readonly record: ProgramRecord;
  readonly program: RelocatedProgram;
  readonly functions: readonly MemberFunction[];
  /** True when its section says that it takes packets of several buffers. */
  readonly hasFrags: boolean;
  /** True when it uses functions or variables of kernel modules. */
  readonly usesModules: boolean;
  /** What it asks of the program that it becomes a part of. */
  readonly needs: MemberNeeds;
}

/** Capabilities that composing needs. */
export const COMPOSE_NEEDS: readonly string[] = ["CAP_BPF", "CAP_NET_ADMIN"];

/** A loaded program never changes, so what was read of it holds as long as the machine's object. */
const known = new WeakMap<Machine, Map<ProgramId, MemberFacts>>();

function relocate(machine: Machine, record: ProgramRecord): RelocatedProgram {
  const { kernel, layout } = machine;
  const kind = PROGRAM_KINDS[record.type];
  const bytes = readBytecode(machine, record);
  const action = `Cannot compose program ${record.programId} "${record.name}"`;
  return withExplanation(kernel, { action, needs: COMPOSE_NEEDS }, () =>
    kernel.loader.relocate({
      bytes,
      name: "bpfman",
      program: record.name,
      type: kind.type,
      expectedAttachType: kind.expectedAttachType,
      reuseMaps: ownMaps(machine, record),
      sharedPinDirectory: layout.sharedMaps,
    }));
}

function verifiedInsns({ kernel, layout }: Machine, { programId }: ProgramRecord): number {
  using pin = kernel.bpf.openPin(layout.programPin(programId));
  return kernel.bpf.programInfoByFd(pin.raw, "one-call").verifiedInsns;
}

function read(machine: Machine, record: ProgramRecord): MemberFacts {
  const program = relocate(machine, record);
  const code: Code = decodeCode(program.instructions, true);
  const functions = functionsOf(code);
  const { programId, gplCompatible } = record;
  return {
    record,
    program,
    functions,
    needs: {
      programId,
      gplCompatible,
      functions: functions.length,
      // a map without an id is taken as one that nobody else has
      maps: program.maps.map((name) => record.mapIds?.[name] ?? `${programId} ${name}`),
      instructions: code.count,
      verified: verifiedInsns(machine, record),
    },
    hasFrags: /^xdp\.frags(\/|$)/.test(program.section),
    usesModules: usesModules(code),
  };
}

/** What a program asks of a chain. */
export function memberFacts(machine: Machine, record: ProgramRecord): MemberFacts {
  const cache = known.get(machine) ?? new Map<ProgramId, MemberFacts>();
  known.set(machine, cache);
  const facts = cache.get(record.programId) ?? read(machine, record);
  cache.set(record.programId, facts);
  return facts;
}

/** The programs of members, each once, in the order in which they first run. */
export function programsOf(
  state: StoreState,
  members: readonly { readonly programId: ProgramId }[],
): ProgramRecord[] {
  return [...new Set(members.map(({ programId }) => programId))].map((id) => {
    const record = state.programs.get(id);
    if (record !== undefined) return record;
    throw notFound("program", id);
  });
}

function openMap({ kernel }: Machine, map: MapReuse): OwnedFd | null {
  if ("id" in map) return kernel.maps.open(map.id);
  try {
    return kernel.bpf.openPin(map.path);
  } catch (error) {
    if (isSyscallError(error, "ENOENT")) return null;
    throw error;
  }
}

/** Opens the maps of a member in the order in which its instructions name them. */
export function openMaps(
  machine: Machine,
  { record, program }: MemberFacts,
  owner: DisposableStack,
): OwnedFd[] {
  const maps = new Map(ownMaps(machine, record).map((map) => [map.name, map]));
  return program.maps.map((name) => {
    const map = maps.get(name);
    const fd = map === undefined ? null : openMap(machine, map);
    if (fd !== null) return owner.use(fd);
    throw new BpfmanError(
      `Cannot compose program "${record.name}": its map "${name}" cannot be found any more`,
      { code: "member-map-lost", hint: "Unload the program and load it again" },
    );
  });
}
