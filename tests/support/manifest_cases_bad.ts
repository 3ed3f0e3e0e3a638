/**
 * Changes that break a rule outside of links.
 *
 * @module
 */
import { inMetadata, inSpec, type ManifestCase } from "./manifests.ts";

/** Changes that break a rule outside of links. */
export const BAD_MANIFESTS: readonly ManifestCase[] = [
  { title: "no spec", edit: (one) => delete one.spec, problem: "spec: required, and left out" },
  { title: "spec: null", edit: (one) => one.spec = null, problem: "spec: required, and left out" },
  {
    title: "spec as a list",
    edit: (one) => one.spec = [],
    problem: "spec: must be an object: this is a list",
  },
  {
    title: "another version",
    edit: (one) => one.apiVersion = "bpfman.io/v1",
    problem: 'apiVersion: must be "bpfman.io/v1alpha1": this is "bpfman.io/v1"',
  },
  {
    title: "another kind",
    edit: (one) => one.kind = "BpfApplicatoin",
    problem:
      'kind: must be one of BpfApplication, ClusterBpfApplication: this is "BpfApplicatoin"; did you mean "BpfApplication"?',
  },
  {
    title: "no name",
    edit: inMetadata((metadata) => delete metadata.name),
    problem: "metadata.name: required",
  },
  {
    title: "a name with capitals",
    edit: inMetadata((metadata) => metadata.name = "App"),
    problem: "metadata.name: must be lower-case letters, digits, - and .: this is",
  },
  {
    title: "an empty name",
    edit: inMetadata((metadata) => metadata.name = ""),
    problem: "metadata.name: must not be empty",
  },
  {
    title: "a long name",
    edit: inMetadata((metadata) => metadata.name = "a".repeat(254)),
    problem: "metadata.name: must have 253 characters at the most: it has 254",
  },
  {
    title: "a namespace at a cluster-scoped one",
    edit: inMetadata((metadata) => metadata.namespace = "a"),
    problem: "metadata.namespace: unknown field",
  },
  {
    title: "a namespace with a slash",
    isNamespaced: true,
    edit: inMetadata((metadata) => metadata.namespace = "a/b"),
    problem: "metadata.namespace: must be",
  },
  {
    title: "a label that is a number",
    edit: inMetadata((metadata) => metadata.labels.tier = 7),
    problem: "metadata.labels.tier: must be a text: this is 7",
  },
  {
    title: "no nodeSelector",
    edit: inSpec((spec) => delete spec.nodeSelector),
    problem: "spec.nodeSelector: required",
  },
  {
    title: "an operator that is none",
    edit: inSpec((spec) =>
      spec.nodeSelector = { matchExpressions: [{ key: "a", operator: "Is" }] }
    ),
    problem:
      "spec.nodeSelector.matchExpressions[0].operator: must be one of In, NotIn, Exists, DoesNotExist",
  },
  {
    title: "no byteCode",
    edit: inSpec((spec) => delete spec.byteCode),
    problem: "spec.byteCode: required",
  },
  {
    title: "byteCode of nothing",
    edit: inSpec((spec) => spec.byteCode = {}),
    problem: "spec.byteCode: must have exactly one of image, path: it has 0",
  },
  {
    title: "byteCode of both",
    edit: inSpec((spec) => spec.byteCode.path = "/a"),
    problem: "spec.byteCode: must have exactly one of image, path: it has 2",
  },
  {
    title: "byteCode of null",
    edit: inSpec((spec) => spec.byteCode = { path: null }),
    problem: "spec.byteCode: must not be null",
  },
  {
    title: "a relative path",
    edit: inSpec((spec) => spec.byteCode = { path: "a/b" }),
    problem: 'spec.byteCode.path: must be an absolute path: this is "a/b"',
  },
  {
    title: "the root as a path",
    edit: inSpec((spec) => spec.byteCode = { path: "/" }),
    problem: "spec.byteCode.path: must be an absolute path",
  },
  {
    title: "an image without a name",
    edit: inSpec((spec) => spec.byteCode.image.url = "///"),
    problem: "spec.byteCode.image.url: must be the name of an image",
  },
  {
    title: "an image with a long name",
    edit: inSpec((spec) => spec.byteCode.image.url = "a".repeat(526)),
    problem: "spec.byteCode.image.url: must have 525 characters at the most",
  },
  {
    title: "a pull policy that is none",
    edit: inSpec((spec) => spec.byteCode.image.imagePullPolicy = "always"),
    problem:
      'spec.byteCode.image.imagePullPolicy: must be one of Always, Never, IfNotPresent: this is "always"; did you mean "Always"?',
  },
  {
    title: "a secret without namespace",
    edit: inSpec((spec) => spec.byteCode.image.imagePullSecret = { name: "a" }),
    problem: "spec.byteCode.image.imagePullSecret.namespace: required",
  },
  {
    title: "a byte of 256",
    edit: inSpec((spec) => spec.globalData.first[2] = 256),
    problem: "spec.globalData.first[2]: must be a whole number from 0 to 255: this is 256",
  },
  {
    title: "a byte that is a text",
    edit: inSpec((spec) => spec.globalData.first = ["x"]),
    problem: "spec.globalData.first[0]: must be a whole number",
  },
  {
    title: "a value that is no base64",
    edit: inSpec((spec) => spec.globalData.first = "AQI"),
    problem: "spec.globalData.first: must be base64, or a list of numbers",
  },
  {
    title: "a value that is a number",
    edit: inSpec((spec) => spec.globalData.first = 7),
    problem: "spec.globalData.first: must be base64",
  },
  {
    title: "no programs",
    edit: inSpec((spec) => delete spec.programs),
    problem: "spec.programs: required",
  },
  {
    title: "an empty list of programs",
    edit: inSpec((spec) => spec.programs = []),
    problem: "spec.programs: must have 1 or more: it is empty",
  },
  {
    title: "a program that is null",
    edit: inSpec((spec) => spec.programs[0] = null),
    problem: "spec.programs[0]: must be an object: this is null",
  },
  {
    title: "a name of 2 characters",
    edit: inSpec((spec) => spec.programs[0].name = "ab"),
    problem: "spec.programs[0].name: must be a name of 3 characters",
  },
  {
    title: "a name of 65 characters",
    edit: inSpec((spec) => spec.programs[0].name = "x".repeat(65)),
    problem: "spec.programs[0].name: must have 64 characters at the most: it has 65",
  },
  {
    title: "a name that begins with a digit",
    edit: inSpec((spec) => spec.programs[0].name = "1abc"),
    problem: "spec.programs[0].name: must be a name",
  },
  {
    title: "no type",
    edit: inSpec((spec) => delete spec.programs[0].type),
    problem: "spec.programs[0].type: required",
  },
  {
    title: "a type that is none",
    edit: inSpec((spec) => spec.programs[0].type = "xdp"),
    problem:
      'spec.programs[0].type: must be one of XDP, TC, TCX, FEntry, FExit, KProbe, KRetProbe, UProbe, URetProbe, TracePoint: this is "xdp"; did you mean "XDP"?',
  },
  {
    title: "a type without its member",
    edit: inSpec((spec) => delete spec.programs[0].xdp),
    problem: "spec.programs[0].xdp: required when type is XDP",
  },
  {
    title: "a type whose member is null",
    edit: inSpec((spec) => spec.programs[0].xdp = null),
    problem: "spec.programs[0].xdp: required when type is XDP",
  },
  {
    title: "a member of another type",
    edit: inSpec((spec) => spec.programs[0].tc = {}),
    problem: "spec.programs[0].tc: forbidden when type is XDP",
  },
  {
    title: "a type that tenants do not have",
    isNamespaced: true,
    edit: inSpec((spec) => spec.programs.push({ name: "kp_one", type: "KProbe", kprobe: {} })),
    problem: "spec.programs[1].type: must be one of XDP, TC, TCX, UProbe, URetProbe",
  },
];
