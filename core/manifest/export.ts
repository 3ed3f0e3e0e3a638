/**
 * Writes an application as a manifest that means the same.
 *
 * @module
 */
import type { DesiredApplication, DesiredBytecode, DesiredProgram } from "../declared/types.ts";
import { BpfmanError } from "../errors.ts";
import type { AttachTarget, ProgramType } from "../types.ts";
import { toYamlText } from "../yaml_text.ts";
import { MEMBERS, TC_ACTIONS, XDP_ACTIONS } from "./words.ts";
import { expand } from "./expand.ts";
import { actionWord } from "./interface_targets.ts";
import { readManifests } from "./read.ts";
import { MANIFEST_API, MANIFEST_TYPES } from "./types.ts";

/** Plain data for YAML. */
type Plain = Readonly<Record<string, unknown>>;

/** The keys of `given` that have a value. */
function defined(given: Plain): Plain {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function cannotExport(name: string, why: string, cause?: unknown): BpfmanError {
  return new BpfmanError(`Cannot export the application "${name}": ${why}`, {
    code: "not-exportable",
    ...(cause === undefined ? {} : { cause }),
  });
}

function bytecodeOf(bytecode: DesiredBytecode): Plain {
  if (bytecode.kind === "file") return { path: bytecode.path };
  const { url, pullPolicy } = bytecode;
  return { image: { url, imagePullPolicy: pullPolicy } };
}

/** Results in the words of manifests; a word that is none stays, and is refused when it is read. */
function actionsOf(words: readonly string[] | undefined, actions: readonly string[]) {
  return words?.map((word) => actions.find((action) => actionWord(action) === word) ?? word);
}

/** What links of XDP, TC and TCX have in common. */
function placeOf(target: Extract<AttachTarget, { kind: "xdp" | "tc" | "tcx" }>): Plain {
  const { interface: name, netns, priority } = target;
  return defined({ interfaceSelector: { interfaces: [name] }, netnsPath: netns, priority });
}

function linkOf(target: AttachTarget): Plain {
  switch (target.kind) {
    case "xdp":
      return defined({ ...placeOf(target), proceedOn: actionsOf(target.proceedOn, XDP_ACTIONS) });
    case "tc":
    case "tcx": {
      const direction = target.direction === "egress" ? "Egress" : "Ingress";
      const words = target.kind === "tc" ? target.proceedOn : undefined;
      return defined({ ...placeOf(target), direction, proceedOn: actionsOf(words, TC_ACTIONS) });
    }
    case "fentry":
    case "fexit":
      return { mode: "Attach" };
    case "tracepoint":
      return { name: `${target.group}/${target.name}` };
    case "kprobe":
      return defined({ function: target.functionName, offset: target.offset });
    case "uprobe": {
      const { target: binary, functionName, offset, pid } = target;
      return defined({ target: binary, function: functionName, offset, pid });
    }
    default:
      // no manifest can say it: what is read back differs
      return {};
  }
}

function programOf(application: string, program: DesiredProgram): Plain {
  const { name, links, attachFunction } = program;
  const type = MANIFEST_TYPES.find((one): boolean => {
    const member: ProgramType = MEMBERS[one];
    return member === program.type;
  });
  if (type === undefined) {
    throw cannotExport(application, `no manifest has programs of type ${program.type}`);
  }
  const member = defined({
    function: attachFunction,
    links: links.length === 0 ? undefined : links.map(({ target }) => linkOf(target)),
  });
  return { name, type, [MEMBERS[type]]: member };
}

function documentOf(
  { name, kind, labels, bytecode, globals, programs }: DesiredApplication,
): Plain {
  const slash = kind === "BpfApplication" ? name.indexOf("/") : -1;
  const isEmpty = (pairs: Plain): boolean => Object.keys(pairs).length === 0;
  return {
    apiVersion: MANIFEST_API,
    kind,
    metadata: defined({
      name: name.slice(slash + 1),
      namespace: slash === -1 ? undefined : name.slice(0, slash),
      labels: isEmpty(labels) ? undefined : labels,
    }),
    spec: defined({
      nodeSelector: {},
      byteCode: bytecodeOf(bytecode),
      globalData: isEmpty(globals) ? undefined : globals,
      programs: programs.map((program) => programOf(name, program)),
    }),
  };
}

/** Data as text that does not depend on the order of keys. */
function canonical(value: unknown): string {
  return JSON.stringify(
    value,
    (_, inner) =>
      typeof inner === "object" && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a < b ? -1 : 1))
        : inner,
  );
}

/** What a text means. */
function readBack(name: string, text: string): DesiredApplication | undefined {
  try {
    const [manifest] = readManifests([{ path: name, text }]);
    return manifest && expand(manifest, { interfaces: [] }).application;
  } catch (cause) {
    throw cannotExport(name, "no manifest can say it", cause);
  }
}

/**
 * Writes an application as a manifest.
 *
 * @param application What is wanted of this machine.
 * @returns YAML: one document, which is read back as the same application.
 * @throws {BpfmanError} `not-exportable` for what no manifest can say.
 */
export function exportManifest(application: DesiredApplication): string {
  const text = toYamlText(documentOf(application));
  const { name } = application;
  if (canonical(readBack(name, text)) === canonical(application)) return text;
  throw cannotExport(name, "a link has a setting that manifests do not have");
}
