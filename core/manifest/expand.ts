/**
 * What a manifest means on this machine: selectors become places.
 *
 * @module
 */
import { BpfmanError, ErrorKind } from "../errors.ts";
import type { DesiredApplication, DesiredBytecode, DesiredProgram } from "../declared/types.ts";
import type { AttachTarget, ProgramType } from "../types.ts";
import { MEMBERS } from "./words.ts";
import { checkDoublePlaces } from "./double_places.ts";
import { interfaceTargets } from "./interface_targets.ts";
import { ManifestError, type ManifestProblem, pathText, problemText } from "./problems.ts";
import { kernelTarget, userTarget } from "./probe_targets.ts";
import type {
  ExpandedManifest,
  HostFacts,
  LabelSelector,
  Manifest,
  ManifestByteCode,
  ManifestPath,
  ManifestProgram,
} from "./types.ts";

/** Where expanding tells of what it meets. */
export interface ExpandContext {
  /** The machine. */
  readonly host: HostFacts;
  /** Is told of what cannot be done. */
  readonly refuse: (path: ManifestPath, message: string) => void;
  /** Is told of what has no meaning here. */
  readonly warn: (path: ManifestPath, message: string) => void;
}

/** A place of a program, with the path of the link that it is of. */
export interface ExpandedLink {
  readonly path: ManifestPath;
  readonly target: AttachTarget;
}

function bytecodeOf({ image, path = "" }: ManifestByteCode): DesiredBytecode {
  if (image === undefined) return { kind: "file", path };
  return { kind: "image", url: image.url, pullPolicy: image.imagePullPolicy };
}

function isEmptySelector({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;
}

/** Tells of what only a cluster can do, and what is done without it. */
function warnOfCluster({ spec }: Manifest, { warn }: ExpandContext): void {
  if (!isEmptySelector(spec.nodeSelector)) {
    warn(["spec", "nodeSelector"], "ignored: this machine is always selected");
  }
  if (spec.byteCode.image?.imagePullSecret !== undefined) {
    const path = ["spec", "byteCode", "image", "imagePullSecret"];
    warn(path, "ignored: secrets are in a cluster; see --registry-auth");
  }
  if (spec.mapOwnerSelector !== undefined) {
    warn(["spec", "mapOwnerSelector"], "ignored, as on a cluster");
  }
}

/** Refuses what selects pods. */
function needCluster(manifest: Manifest, path: ManifestPath): BpfmanError {
  const place = `${manifest.path}:${manifest.lineOf(path)}: ${pathText(path)}`;
  return new BpfmanError(`Cannot expand ${place}: pods are known in a cluster only`, {
    code: "needs-cluster",
    kind: ErrorKind.USAGE,
    hint: path.at(-1) === "networkNamespaces"
      ? "On a single machine name the network namespace: netnsPath: /run/netns/NAME"
      : "On a single machine a ClusterBpfApplication attaches without containers",
  });
}

function linksOf(
  program: ManifestProgram,
  path: ManifestPath,
  context: ExpandContext,
): ExpandedLink[] {
  const { xdp, tc, tcx, uprobe, uretprobe } = program;
  const { kprobe, kretprobe, tracepoint, fentry, fexit } = program;
  const at = (index: number): ManifestPath => [...path, MEMBERS[program.type], "links", index];
  const packets = (xdp ?? tc ?? tcx)?.links ?? [];
  const users = (uprobe ?? uretprobe)?.links ?? [];
  const kernels = (kprobe ?? kretprobe ?? tracepoint ?? fentry ?? fexit)?.links ?? [];
  return [
    ...packets.flatMap((link, index) =>
      interfaceTargets({ link, path: at(index), type: program.type }, context)
    ),
    ...users.flatMap((link, index) => userTarget({ link, path: at(index) }, context)),
    ...kernels.flatMap((link, index) =>
      kernelTarget({ link, path: at(index), type: program.type }, context)
    ),
  ];
}

function programOf(program: ManifestProgram, at: number, context: ExpandContext): DesiredProgram {
  const links = linksOf(program, ["spec", "programs", at], context);
  checkDoublePlaces(links, context.refuse);
  const attachFunction = (program.fentry ?? program.fexit)?.function;
  return {
    name: program.name,
    type: MEMBERS[program.type] satisfies ProgramType,
    ...(attachFunction === undefined ? {} : { attachFunction }),
    links: links.map(({ target }) => ({ target, metadata: {} })),
  };
}

/** The first thing that selects pods. */
function podsPath({ spec }: Manifest): ManifestPath | undefined {
  for (const [at, program] of spec.programs.entries()) {
    const path = ["spec", "programs", at, MEMBERS[program.type], "links"];
    const packets = (program.xdp ?? program.tc ?? program.tcx)?.links ?? [];
    const pods = packets.findIndex(({ networkNamespaces }) => networkNamespaces !== undefined);
    if (pods !== -1) return [...path, pods, "networkNamespaces"];
    const users = (program.uprobe ?? program.uretprobe)?.links ?? [];
    const container = users.findIndex(({ containers }) => containers !== undefined);
    if (container !== -1) return [...path, container, "containers"];
  }
  return undefined;
}

/**
 * Turns a manifest into what is wanted of this machine.
 *
 * @param manifest From {@link readManifests}.
 * @param host What selectors ask of the machine.
 * @returns What is wanted, and warnings about what has no meaning here.
 * @throws {BpfmanError} `needs-cluster` for what selects pods; `manifest-invalid` for what cannot be
 * on this machine.
 */
export function expand(manifest: Manifest, host: HostFacts): ExpandedManifest {
  const pods = podsPath(manifest);
  if (pods !== undefined) throw needCluster(manifest, pods);
  const problems: ManifestProblem[] = [];
  const warnings: string[] = [];
  const problemAt = (path: ManifestPath, message: string): ManifestProblem => ({
    file: manifest.path,
    line: manifest.lineOf(path),
    path: pathText(path),
    message,
  });
  const context: ExpandContext = {
    host,
    refuse: (path, message) => void problems.push(problemAt(path, message)),
    warn: (path, message) => void warnings.push(problemText(problemAt(path, message))),
  };
  warnOfCluster(manifest, context);
  const { spec, name, kind, labels } = manifest;
  const application: DesiredApplication = {
    name,
    kind,
    labels,
    bytecode: bytecodeOf(spec.byteCode),
    globals: spec.globalData ?? {},
    programs: spec.programs.map((program, at) => programOf(program, at, context)),
  };
  if (problems.length > 0) throw new ManifestError(problems);
  return { application, warnings };
}
