/**
 * What the loader of a command may do, from its arguments and from what is remembered.
 *
 * @module
 */
import type { StoreState } from "../../core/store/state.ts";
import type { DesiredApplication } from "../../core/declared/types.ts";
import type { CapabilityName } from "../../core/privileges/types.ts";
import type { AttachTarget, LinkDetails, LinkKind } from "../../core/types.ts";
import { auditDirectory } from "../audit_place.ts";
import type { CommandSpec } from "../command.ts";
import { GATE } from "../commands/declared_options.ts";
import { CGROUP, CONTAINER_PID, PID, TARGET } from "../commands/place.ts";
import { MAP_OWNER_ID, PROGRAMS } from "../commands/load.ts";
import { REBUILD_STORE } from "../commands/status.ts";
import { POLICY } from "../commands/trust_options.ts";
import { DEFAULT_CONFIG } from "../config_file.ts";
import type { GlobalSettings } from "../context.ts";
import { NETNS } from "../options.ts";
import type { ParsedInput } from "../parsed_input.ts";
import type { Wish } from "../declared/wish.ts";
import { kindFor } from "../run/kind_for.ts";
import type { JailSpec } from "./calls.ts";
import {
  CHAINED,
  interruptedApplications,
  isUnfinished,
  type KindNeeds,
  needsOfLinks,
  needsOfTypes,
  storedKinds,
  storedTypes,
  wantedKinds,
  wantedTypes,
} from "./capabilities.ts";

/** What a jailed process may do, all of it said. */
export type LoaderSpec = Required<JailSpec>;

/** What is known when a command begins. */
export interface SpecRequest {
  readonly command: CommandSpec;
  readonly input: ParsedInput;
  readonly settings: GlobalSettings;
  /** What a command about applications wants. @default nothing */
  readonly wish?: Wish;
  /** Directory of stored images and generations; undefined for commands that take none. */
  readonly dataDirectory?: string;
  /** What is remembered; null when nobody can tell, so that it may be anything. */
  readonly state: StoreState | null;
  /** True when there are maps that are pinned by name, which a load may take. */
  readonly hasSharedMaps: boolean;
  /** The binary that a probe names, where it was found. */
  readonly binaries: readonly string[];
  /** True where `kernel.perf_event_paranoid` is above 2, as Debian sets it. */
  readonly isPerfRestricted: boolean;
  /** True when a program is for a function of a module. */
  readonly hasModuleTarget: boolean;
  /** Files and directories that every process of ours needs to start. */
  readonly startPaths: readonly string[];
}

/** Where libxdp keeps the dispatchers that it shares with others. */
const LIBXDP_BPFFS = "/sys/fs/bpf";
const ALWAYS = [
  "/host/proc",
  "/etc/bpfman",
  "/etc/group",
  "/etc/passwd",
  "/etc/localtime",
] as const;

/** Kind of the place that the arguments name, undefined when they name none. */
function targetKind({ command, input }: SpecRequest): LinkKind | undefined {
  const [, kind] = /^attach-(.+)$/.exec(command.id) ?? [];
  if (kind !== undefined) return kind.replaceAll("-", "_") as LinkKind;
  const [program] = input.all(PROGRAMS);
  return command.id === "run" && program !== undefined ? kindFor(program.type) : undefined;
}

/** Applications that are wanted, and those of an apply that was interrupted. */
function applicationsOf({ wish, state }: SpecRequest): DesiredApplication[] {
  const wanted = (wish?.applications ?? []).map(({ desired }) => desired);
  return [...wanted, ...interruptedApplications(state)];
}

/** Places that applications want. */
function wantedPlaces(request: SpecRequest): AttachTarget[] {
  return applicationsOf(request).flatMap(({ programs }) =>
    programs.flatMap(({ links }) => links.map(({ target }) => target))
  );
}

/** True for commands that make something new and touch nothing that is there. */
function isLoadAlone({ command }: SpecRequest): boolean {
  return command.id === "load-file" || command.id === "load-image";
}

function usesStored(request: SpecRequest): boolean {
  const isNew = isLoadAlone(request) || targetKind(request) !== undefined;
  return !isNew || isUnfinished(request.state);
}

/** Kinds of links that a command makes, and of those that it cuts or moves. */
function linkWork(request: SpecRequest): { makes: LinkKind[]; changes: LinkKind[] } {
  const { command, state } = request;
  const target = targetKind(request);
  const named = target === undefined ? [] : [target];
  // what nobody remembers is taken off a hook by name, and looked for by a repair
  const isRepair = command.id === "repair";
  const hooks = isRepair || command.id === "delete-dispatcher" ? CHAINED : [];
  const stored = usesStored(request) ? storedKinds(state) : [];
  const wanted = wantedKinds(applicationsOf(request));
  // aborted packets are seen at a tracepoint
  const gate: LinkKind[] = request.input.one(GATE) === undefined ? [] : ["tracepoint"];
  // links that cannot swap their program are made anew, and so are those of an interrupted change
  const isMadeAnew = isRepair || command.id === "replace-program" || isUnfinished(state) ||
    command.declares !== undefined;
  return isMadeAnew
    ? { makes: [...named, ...wanted, ...gate, ...hooks, ...stored], changes: [] }
    : { makes: named, changes: [...hooks, ...stored] };
}

/** What work on links takes: making them, and changing them. */
function linkNeeds(request: SpecRequest): KindNeeds {
  const { isPerfRestricted } = request;
  const { makes, changes } = linkWork(request);
  const making = needsOfLinks({ verb: "attach", kinds: makes, isPerfRestricted });
  const changing = needsOfLinks({ verb: "detach", kinds: changes, isPerfRestricted });
  return {
    capabilities: [...making.capabilities, ...changing.capabilities],
    mayNetlink: making.mayNetlink || changing.mayNetlink ||
      storedPlaces(request).some(isLookedAt),
    // an event that is there already is let go of by its link
    mayOpenPerfEvents: making.mayOpenPerfEvents,
  };
}

/**
 * True for places that every change looks at before it begins: filters have no pin that would tell
 * whether they are still there.
 */
function isLookedAt({ kind }: LinkDetails): boolean {
  return kind === "tc";
}

/** Places of the links that a command may touch or looks at. */
function storedPlaces(request: SpecRequest): LinkDetails[] {
  const { state } = request;
  if (state === null) return [];
  const before = state.apply?.before.links ?? [];
  const places = [...state.links.values(), ...before].map(({ details }) => details);
  return usesStored(request) ? places : places.filter(isLookedAt);
}

function netnsPaths(request: SpecRequest): string[] {
  const stored = storedPlaces(request).flatMap((details) =>
    "netns" in details && details.netns !== null ? [details.netns] : []
  );
  const wanted = wantedPlaces(request).flatMap((target) =>
    "netns" in target && target.netns !== undefined ? [target.netns] : []
  );
  const named = request.input.one(NETNS);
  return [...new Set([...named === undefined ? [] : [named], ...wanted, ...stored])];
}

/** Processes whose containers are looked into. */
function containersOf(request: SpecRequest): number[] {
  const named = request.input.one(CONTAINER_PID);
  const stored = storedPlaces(request).flatMap((details) =>
    "containerPid" in details && details.containerPid !== 0 ? [details.containerPid] : []
  );
  const wanted = wantedPlaces(request).flatMap((target) =>
    "containerPid" in target && target.containerPid !== undefined ? [target.containerPid] : []
  );
  return [...named === undefined ? [] : [named], ...wanted, ...stored];
}

function isAboutProcesses(request: SpecRequest): boolean {
  const isAboutOne = wantedPlaces(request).some((target) =>
    "pid" in target && target.pid !== undefined && target.pid !== 0
  );
  return isAboutOne || request.input.one(PID) !== undefined || containersOf(request).length > 0 ||
    netnsPaths(request).some((path) => path.includes("/proc/"));
}

/** True when programs may be loaded that share maps with others: of a chain, or of other programs. */
function takesMaps(request: SpecRequest): boolean {
  const isShared = request.hasSharedMaps || request.input.one(MAP_OWNER_ID) !== undefined;
  return !isLoadAlone(request) || isUnfinished(request.state) || isShared;
}

function capabilitiesOf(request: SpecRequest, links: KindNeeds): CapabilityName[] {
  const { input, settings, state, hasModuleTarget } = request;
  const wanted = wantedTypes(applicationsOf(request));
  const named = [...input.all(PROGRAMS).map(({ type }) => type), ...wanted];
  const isAboutStored = !isLoadAlone(request) || isUnfinished(state);
  const needs = new Set<CapabilityName>([
    "CAP_BPF",
    ...needsOfTypes(isAboutStored ? [...named, ...storedTypes(state)] : named, hasModuleTarget),
    ...links.capabilities,
  ]);
  // links are waited for, and types of maps read, by ids of the kernel
  if (usesStored(request) || takesMaps(request)) needs.add("CAP_SYS_ADMIN");
  const netns = netnsPaths(request);
  if (netns.length > 0) needs.add("CAP_SYS_ADMIN");
  if (state === null || isAboutProcesses(request)) needs.add("CAP_SYS_PTRACE");
  if (settings.mapAccess?.group !== undefined) needs.add("CAP_CHOWN");
  return [...needs].sort();
}

/** The policy that is named, which is asked once more by whoever loads. */
function policyPaths({ input, settings: { policy } }: SpecRequest): string[] {
  const named = input.one(POLICY);
  return [
    ...(named === undefined ? [] : [named]),
    ...(policy?.kind === "file" ? [policy.path] : []),
  ];
}

/** Files that the arguments, or what is remembered, name. */
function namedPaths(request: SpecRequest): string[] {
  const { input, settings } = request;
  const target = input.one(TARGET);
  const stored = storedPlaces(request).flatMap((details) =>
    "path" in details && details.path.startsWith("/") ? [details.path] : []
  );
  const wanted = wantedPlaces(request).flatMap((place) => [
    ..."target" in place ? [place.target] : [],
    ..."path" in place ? [place.path] : [],
  ]);
  // without a slash they are names, which are looked up
  const named = [target, input.one(CGROUP), ...wanted].filter((path) =>
    path?.startsWith("/") === true
  );
  return [
    ...named.filter((path) => path !== undefined),
    ...policyPaths(request),
    settings.config ?? DEFAULT_CONFIG,
    ...netnsPaths(request),
    ...stored,
    ...request.binaries,
  ];
}

/**
 * Where the loader keeps generations and objects of applications: those of its command, and of an
 * apply that was interrupted.
 */
export function declaredPlaces(
  { command, dataDirectory, state }: Pick<SpecRequest, "command" | "dataDirectory" | "state">,
): string[] {
  const own = command.declares === undefined || dataDirectory === undefined ? [] : [dataDirectory];
  const interrupted = state?.apply === undefined ? [] : [state.apply.directory];
  return [...new Set([...own, ...interrupted])]
    .flatMap((directory) => [`${directory}/applications`, `${directory}/objects`]);
}

/** What the loader of a command may do. */
export function jailSpecFor(asked: SpecRequest): LoaderSpec {
  // lost rows that come back may be of anything
  const isLost = asked.input.one(REBUILD_STORE) === true;
  const request = isLost ? { ...asked, state: null } : asked;
  const { settings } = request;
  const { runtimeDirectory } = settings;
  const needs = linkNeeds(request);
  const { makes, changes } = linkWork(request);
  return {
    capabilities: capabilitiesOf(request, needs),
    readable: [...request.startPaths, ...ALWAYS, ...namedPaths(request)],
    writable: [
      ...new Set([runtimeDirectory, auditDirectory(settings)]),
      ...([...makes, ...changes].includes("xdp") ? [LIBXDP_BPFFS] : []),
      ...declaredPlaces(request),
    ],
    // to take maps that are there already, libbpf before 1.4 opens the root directory
    listable: takesMaps(request) ? ["/"] : [],
    mayNetlink: needs.mayNetlink,
    mayEnterNamespaces: request.state === null || netnsPaths(request).length > 0,
    mayOpenPerfEvents: needs.mayOpenPerfEvents,
    mayLookIntoProcesses: request.state === null || isAboutProcesses(request),
    mayChangeAccess: request.settings.mapAccess !== undefined,
  };
}
