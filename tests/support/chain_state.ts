/**
 * What a chain is in the kernel, apart from ids and revisions: two chains of the same members must
 * be the same in it, however they came to be.
 *
 * @module
 */
import { chainVerdict } from "../../core/chain/verdict.ts";
import type { ChainMember } from "../../core/chain/model.ts";
import { openKernel } from "../../ffi/mod.ts";
import type { ProgramInfo } from "../../ffi/mod.ts";
import { namedCodes } from "./chain_matrix.ts";
import { type ChainScene, STEP } from "./chain_scene.ts";
import { mainProgramOf } from "./main_program.ts";
import type { Member } from "./member.ts";
import { must } from "./must.ts";
import type { Random } from "./random.ts";
import { functionTags, openMap, openProgram, readElement, testRun } from "./raw_objects.ts";

const PACKET = new Uint8Array(64).fill(0x5a);

/** A chain in the kernel. */
export interface ChainState {
  readonly engine: string;
  readonly members: readonly Omit<ChainMember, "linkId">[];
  /** Digests of the functions that the program on the hook calls, without the numbers of maps. */
  readonly functions: readonly string[];
  /** What its read-only maps hold: a dispatcher's configuration. */
  readonly constants: readonly string[];
  /** Digests of the members' own programs on the hook, where the engine makes such. */
  readonly extensions: readonly string[];
  /** How many instructions and maps it has. */
  readonly size: number;
  readonly maps: number;
  /** Names of the pins of the chain's only revision. */
  readonly pins: readonly string[];
}

/** Folders of revisions of a scene's hook, or the pin of its seat, below the bpffs. */
function placesOf({ workspace, hook }: ChainScene, what: "seat" | "revisions"): string[] {
  const kind = hook.kind === "xdp" ? "xdp" : `tc-${hook.direction}`;
  const place = `dispatcher_${hook.nsid}_${hook.ifindex}_`;
  return workspace.names(`fs/${kind}`)
    .filter((name) => name.startsWith(place) && name.endsWith("_link") === (what === "seat"))
    .map((name) => `${kind}/${name}`);
}

/** Names of the pins of a scene's chain, all of its revisions together. */
function pinsOf(scene: ChainScene): string[] {
  return [
    ...placesOf(scene, "seat").map(() => "seat"),
    ...placesOf(scene, "revisions").flatMap((path) => scene.workspace.names(`fs/${path}`)).sort(),
  ];
}

/** What the read-only maps of a program hold. */
function constantsOf({ mapIds }: ProgramInfo): string[] {
  const { bpf } = openKernel();
  return mapIds.flatMap((id) => {
    const { name, valueSize } = must(bpf.mapInfo(id), `map ${id}`);
    if (!name.endsWith(".rodata")) return [];
    using map = openMap(id);
    return [`${name} ${readElement(map, 0, valueSize).toHex()}`];
  }).sort();
}

/** Digest of the program behind a pinned link. */
function tagBehind(path: string): string {
  const { bpf } = openKernel();
  using link = bpf.openPin(path);
  const { programId } = bpf.linkInfoByFd(link.raw);
  return must(bpf.programInfo(programId), `program ${programId}`).tag;
}

/** Digest of the program of each member's own link, by position. */
function extensionsOf(scene: ChainScene): string[] {
  const { workspace } = scene;
  const pins = placesOf(scene, "revisions").flatMap((folder) =>
    workspace.names(`fs/${folder}`).filter((name) => name.startsWith("link_"))
      .map((name) => ({ path: `${workspace.bpffs}/${folder}/${name}`, at: Number(name.slice(5)) }))
  );
  return pins.sort((a, b) => a.at - b.at).map(({ path }) => tagBehind(path));
}

/** Looks at the chain of a scene; null when the hook is clean. */
export function chainState(scene: ChainScene): ChainState | null {
  const id = mainProgramOf(scene.hook);
  if (id === null) return null;
  const main = must(openKernel().bpf.programInfo(id), `program ${id}`);
  using program = openProgram(id);
  const current = must(scene.record().current, "chain");
  return {
    engine: current.engine,
    members: current.members.map(({ linkId: _, ...member }) => member),
    functions: functionTags(program).slice(1),
    constants: constantsOf(main),
    extensions: extensionsOf(scene),
    size: main.xlatedSize,
    maps: main.mapIds.length,
    pins: pinsOf(scene),
  };
}

/** What a chain did with one packet. */
export interface Trial {
  readonly returns: readonly number[];
  readonly verdict: number;
  /** Programs that ran. */
  readonly ran: readonly number[];
}

/** Programs on the hook by id. */
export type Members = ReadonlyMap<number, Member>;

/** Lets the members return random codes, and says what came of it. */
export function tryChain(
  scene: ChainScene,
  order: readonly ChainMember[],
  { members, random }: { readonly members: Members; readonly random: Random },
): Trial {
  const chain = order.map(({ programId }) => must(members.get(programId), `member ${programId}`));
  const returns = order.map(() => must(random.pick(namedCodes(scene.kind)), "code"));
  const before = chain.map(({ runs }) => runs);
  for (const [at, member] of chain.entries()) member.say(returns[at] ?? 0);
  using main = scene.openMain();
  const { verdict } = testRun(main, PACKET);
  const ran = chain.filter(({ runs }, at) => runs === (before[at] ?? 0) + STEP)
    .map(({ programId }) => programId);
  return { returns, verdict, ran };
}

/** What the model says of the same. */
export function expectTrial(
  scene: ChainScene,
  order: readonly ChainMember[],
  { returns }: Trial,
): Trial {
  const runs = order.map(({ proceedOn }, at) => ({ proceedOn, returns: returns[at] ?? 0 }));
  const { code, ran } = chainVerdict(scene.kind, runs);
  const isAlone = scene.record().current?.engine === "direct";
  return {
    returns,
    verdict: isAlone ? returns[0] ?? 0 : code,
    ran: order.slice(0, ran).map(({ programId }) => programId),
  };
}
