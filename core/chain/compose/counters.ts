/**
 * How often each member of a composed chain ran. One per-CPU array goes from revision to revision,
 * so that counts go on while others come and go; each link keeps its counter as long as it is there.
 *
 * Keys of the array: 0 has the counters; 1 the link that owns each; 2 what each counter had when its
 * link came. Nobody writes to a running counter from here, as that would lose what CPUs count
 * meanwhile.
 *
 * @module
 */
import type { OwnedFd } from "../../../ffi/mod.ts";
import { isSyscallError } from "../../kernel_errors.ts";
import type { Machine } from "../../machine.ts";
import type { LinkId } from "../../types.ts";
import type { ChainContext, ChainSpec, Revision } from "../engine.ts";
import { type ChainHook, hookKey } from "../model.ts";
import type { HookRecord } from "../record.ts";
import { COUNTER_SIZE, COUNTS_KEY } from "./main_program.ts";

const OWNERS_KEY = 1;
const BASES_KEY = 2;
const KEYS = 3;
/** BPF_MAP_TYPE_PERCPU_ARRAY. */
const PERCPU_ARRAY = 6;
/** Counters of a new array, if not more are needed. */
const FEWEST_COUNTERS = 32;

/** Pin in the folder of a revision. */
const COUNTERS_PIN = "counters";

/** The counters of a chain. */
export interface Counters extends Disposable {
  readonly fd: number;
  /** Which counter each link has. */
  readonly places: ReadonlyMap<LinkId, number>;
}

/** Counters as they are: who owns each, and what it says. */
interface Tally {
  readonly owners: readonly LinkId[];
  readonly totals: readonly bigint[];
  readonly bases: readonly bigint[];
}

function pinOf({ layout }: Machine, hook: ChainHook, { current }: HookRecord): string | null {
  if (current?.engine !== "compose") return null;
  return `${layout.revision(hook, current.revision)}/${COUNTERS_PIN}`;
}

/** Opens the counters that a hook has now, null for none. */
function openCurrent(machine: Machine, record: HookRecord | undefined): OwnedFd | null {
  const path = record === undefined ? null : pinOf(machine, record.hook, record);
  if (path === null) return null;
  try {
    return machine.kernel.bpf.openPin(path);
  } catch (error) {
    if (isSyscallError(error, "ENOENT")) return null;
    throw error;
  }
}

function words(bytes: Uint8Array): BigUint64Array {
  return new BigUint64Array(bytes.slice().buffer);
}

/** Values of all CPUs, one after the other. */
function readKey({ kernel }: Machine, fd: number, key: number): BigUint64Array {
  return words(kernel.maps.read(fd, key));
}

/** Writes the same values for every CPU. */
function writeKey({ kernel }: Machine, fd: number, key: number, values: readonly bigint[]): void {
  const cpus = kernel.maps.read(fd, key).length / COUNTER_SIZE / values.length;
  const all = BigUint64Array.from(Array.from({ length: cpus }, () => values).flat());
  kernel.maps.write(fd, key, new Uint8Array(all.buffer));
}

function capacityOf({ kernel }: Machine, fd: number): number {
  return kernel.bpf.mapInfoByFd(fd).valueSize / COUNTER_SIZE;
}

function tallyOf(machine: Machine, fd: number): Tally {
  const capacity = capacityOf(machine, fd);
  const counts = readKey(machine, fd, COUNTS_KEY);
  const totals = Array.from({ length: capacity }, () => 0n);
  for (const [index, value] of counts.entries()) {
    totals[index % capacity] = (totals[index % capacity] ?? 0n) + value;
  }
  const first = (key: number) => [...readKey(machine, fd, key).subarray(0, capacity)];
  return { totals, owners: first(OWNERS_KEY).map(Number), bases: first(BASES_KEY) };
}

/**
 * Gives a counter to each link that has none: one whose owner is neither in the chain that packets
 * meet now nor in the one that is being made.
 *
 * @returns Owners as they are to be, null when there are too few counters.
 */
export function assignCounters(
  owners: readonly LinkId[],
  { wanted, live }: { wanted: readonly LinkId[]; live: ReadonlySet<LinkId> },
): LinkId[] | null {
  const next = [...owners];
  for (const link of wanted) {
    if (next.includes(link)) continue;
    const free = next.findIndex((owner) => owner === 0 || !live.has(owner));
    if (free < 0) return null;
    next[free] = link;
  }
  return next;
}

function create({ kernel }: Machine, members: number): OwnedFd {
  const capacity = Math.max(FEWEST_COUNTERS, 2 ** Math.ceil(Math.log2(members * 2)));
  const valueSize = capacity * COUNTER_SIZE;
  const shape = { type: PERCPU_ARRAY, keySize: 4, valueSize, maxEntries: KEYS };
  return kernel.maps.create({ name: "bpfman_counters", ...shape });
}

/** What every owner's counter says since it came. */
function countsOf({ owners, totals, bases }: Tally): Map<LinkId, bigint> {
  return new Map(
    owners.flatMap((owner, at) =>
      owner === 0
        ? []
        : [[owner, BigInt.asUintN(64, (totals[at] ?? 0n) - (bases[at] ?? 0n))] as const]
    ),
  );
}

/** Who is to have a counter, and what was counted for them so far. */
interface Claims {
  readonly wanted: readonly LinkId[];
  /** Links that packets meet now, or will. */
  readonly live: ReadonlySet<LinkId>;
  readonly before: ReadonlyMap<LinkId, bigint>;
}

/** Gives out counters and writes that down; null when there are too few. */
function assignIn(machine: Machine, fd: number, claims: Claims): Map<LinkId, number> | null {
  const tally = tallyOf(machine, fd);
  const owners = assignCounters(tally.owners, claims);
  if (owners === null) return null;
  const bases = owners.map((owner, at) =>
    owner === tally.owners[at]
      ? tally.bases[at] ?? 0n
      // a counter that changes hands says at first what its new owner had before
      : (tally.totals[at] ?? 0n) - (claims.before.get(owner) ?? 0n)
  );
  writeKey(machine, fd, BASES_KEY, bases);
  writeKey(machine, fd, OWNERS_KEY, owners.map(BigInt));
  return new Map(claims.wanted.map((link) => [link, owners.indexOf(link)]));
}

/**
 * The counters of a chain that is being made: those that the hook has, or new ones. They are pinned
 * in the folder of the revision.
 */
export function takeCounters(
  { machine, state }: ChainContext,
  { hook, members }: ChainSpec,
  revision: Revision,
): Counters {
  using steps = new DisposableStack();
  const record = state.hooks.get(hookKey(hook));
  const wanted = members.map(({ linkId }) => linkId);
  const live = new Set([...wanted, ...record?.current?.members.map(({ linkId }) => linkId) ?? []]);
  const current = openCurrent(machine, record);
  let fd = current === null ? null : steps.use(current);
  const before = fd === null ? new Map<LinkId, bigint>() : countsOf(tallyOf(machine, fd.raw));
  const claims: Claims = { wanted, live, before };
  let places = fd === null ? null : assignIn(machine, fd.raw, claims);
  if (fd === null || places === null) {
    // what a chain that outgrew its counters counts from here to its swap is not carried over
    fd = steps.use(create(machine, wanted.length));
    places = assignIn(machine, fd.raw, claims);
  }
  if (places === null) throw new TypeError("Cannot count: a new array has too few counters");
  machine.kernel.bpf.pin(fd.raw, `${revision.folder}/${COUNTERS_PIN}`);
  const owned = steps.move();
  return { fd: fd.raw, places, [Symbol.dispose]: () => owned.dispose() };
}

/** As {@link openCurrent}; also null for who may not open pins. */
function openReadable(machine: Machine, record: HookRecord): OwnedFd | null {
  try {
    return openCurrent(machine, record);
  } catch (error) {
    if (isSyscallError(error, "EPERM") || isSyscallError(error, "EACCES")) return null;
    throw error;
  }
}

/**
 * How often each link of a composed chain ran since it joined.
 *
 * @param machine The machine.
 * @param record The hook.
 * @returns Runs by link; null where nobody counts: another engine, or the pin may not be opened.
 */
export function readCounts(
  machine: Machine,
  record: HookRecord,
): ReadonlyMap<LinkId, bigint> | null {
  using fd = openReadable(machine, record);
  if (fd === null) return null;
  const counts = countsOf(tallyOf(machine, fd.raw));
  return new Map((record.current?.members ?? []).flatMap(({ linkId }) => {
    const count = counts.get(linkId);
    return count === undefined ? [] : [[linkId, count]];
  }));
}
