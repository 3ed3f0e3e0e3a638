/**
 * Random manifests that this machine can have, for property tests.
 *
 * @module
 */
import { MEMBERS, TC_ACTIONS, XDP_ACTIONS } from "../../core/manifest/words.ts";
import { MANIFEST_TYPES, type ManifestType } from "../../core/manifest/types.ts";
import type { Loose } from "./manifests.ts";
import type { Random } from "./random.ts";

/** Texts that are written wrongly by whoever takes them for plain words. */
const TEXTS = [
  "yes",
  "no",
  "1e3",
  "0x10",
  "a: b",
  "# c",
  "~",
  " x ",
  "é\u2028",
  "'\"",
  "-",
  "{",
  "",
];

function bytes(random: Random): Loose {
  const numbers = Array.from({ length: random.below(5) }, () => random.below(256));
  return random.below(2) === 0 ? numbers : Uint8Array.from(numbers).toBase64();
}

function packetLink(random: Random, type: ManifestType, index: number): Loose {
  const actions = type === "XDP" ? XDP_ACTIONS : TC_ACTIONS;
  // the index keeps two links from being on the same place
  const interfaces = [`eth${index}`, `wlan${index}`].slice(random.below(2));
  return {
    interfaceSelector: { interfaces },
    ...(random.below(2) === 0 ? {} : { netnsPath: `/run/netns/blue ${random.below(9)}` }),
    ...(random.below(3) === 0 ? {} : { priority: random.below(1001) }),
    ...(type === "XDP" ? {} : { direction: random.pick(["Ingress", "Egress"]) }),
    ...(type === "TCX" || random.below(3) === 0 ? {} : { proceedOn: random.some(actions) }),
  };
}

function linkOf(random: Random, type: ManifestType, index: number): Loose {
  switch (type) {
    case "XDP":
    case "TC":
    case "TCX":
      return packetLink(random, type, index);
    case "FEntry":
    case "FExit":
      return { mode: "Attach" };
    case "TracePoint":
      return { name: `sched/sched_${index}` };
    case "KProbe":
      return { function: `do_${index}`, offset: random.below(3) * 16 };
    case "KRetProbe":
      return { function: `do_${index}` };
    default:
      return {
        target: random.pick(["libc", "/bin/x y"]),
        ...(random.below(2) === 0 ? { function: `fn_${index}` } : { offset: 1 + index }),
        ...(random.below(2) === 0 ? {} : { pid: 1 + random.below(99) }),
      };
  }
}

function programOf(random: Random, at: number): Loose {
  const type = random.pick(MANIFEST_TYPES) ?? "XDP";
  const isTracing = type === "FEntry" || type === "FExit";
  const count = random.below(isTracing ? 2 : 4);
  const links = Array.from({ length: count }, (_, index) => linkOf(random, type, index));
  return {
    name: `prog_${at}`,
    type,
    [MEMBERS[type]]: { ...(isTracing ? { function: "do_one" } : {}), links },
  };
}

/** A random manifest. */
export function randomManifest(random: Random): Loose {
  const text = (): string => random.pick(TEXTS) ?? "";
  const pairs = (): [string, string][] => random.some(TEXTS).map((key) => [`k${key}`, text()]);
  const data = random.some(TEXTS).map((key): [string, Loose] => [`g${key}`, bytes(random)]);
  const policy = random.pick(["Always", "Never", "IfNotPresent"]);
  return {
    apiVersion: "bpfman.io/v1alpha1",
    kind: "ClusterBpfApplication",
    metadata: {
      name: "app",
      ...(random.below(2) === 0 ? {} : { labels: Object.fromEntries(pairs()) }),
    },
    spec: {
      nodeSelector: {},
      byteCode: random.below(2) === 0
        ? { path: "/usr/lib/a: b.o" }
        : { image: { url: "quay.io/net/app:v1", imagePullPolicy: policy } },
      ...(random.below(2) === 0 ? {} : { globalData: Object.fromEntries(data) }),
      programs: Array.from({ length: 1 + random.below(5) }, (_, at) => programOf(random, at)),
    },
  };
}
