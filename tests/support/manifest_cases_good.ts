/**
 * Changes that leave a manifest good.
 *
 * @module
 */
import { inLink, inMetadata, inSpec, type ManifestCase, PODS, select } from "./manifests.ts";

/** Changes that leave a manifest good. */
export const GOOD_MANIFESTS: readonly ManifestCase[] = [
  { title: "every type with a link", edit: () => {} },
  { title: "a namespaced one", isNamespaced: true, edit: () => {} },
  {
    title: "status and what clusters add",
    edit: (one) => {
      one.status = { conditions: [] };
      Object.assign(one.metadata, {
        uid: "x",
        generation: 2,
        managedFields: [{}],
        annotations: {},
      });
    },
  },
  { title: "no links", edit: inSpec((spec) => spec.programs[0].xdp = {}) },
  { title: "links: null", edit: inSpec((spec) => spec.programs[0].xdp.links = null) },
  { title: "labels: null", edit: inMetadata((metadata) => metadata.labels = null) },
  { title: "a null member of another type", edit: inSpec((spec) => spec.programs[0].tc = null) },
  { title: "interfaces: []", edit: select({ interfaces: [] }) },
  { title: "primaryNodeInterface: false", edit: select({ primaryNodeInterface: false }) },
  { title: "discovery without a word", edit: select({ interfacesDiscoveryConfig: {} }) },
  {
    title: "discovery with everything",
    edit: select({
      interfacesDiscoveryConfig: {
        interfaceAutoDiscovery: true,
        excludeInterfaces: [],
        allowedInterfaces: ["eth0", "/^wl/"],
      },
    }),
  },
  { title: "priority 0", edit: inLink((link) => link.priority = 0) },
  { title: "priority 1000", edit: inLink((link) => link.priority = 1000) },
  { title: "proceedOn: []", edit: inLink((link) => link.proceedOn = []) },
  {
    title: "pods of a cluster",
    edit: inLink((link) => link.networkNamespaces = { ...PODS, namespace: "x" }),
  },
  {
    title: "pods of a namespace",
    isNamespaced: true,
    edit: inLink((link) => {
      delete link.netnsPath;
      link.networkNamespaces = PODS;
    }),
  },
  {
    title: "containers",
    edit: inLink((link) => link.containers = { ...PODS, containerNames: ["a"] }, 7),
  },
  { title: "a negative offset", edit: inLink((link) => link.offset = -8, 5) },
  { title: "globalData: null", edit: inSpec((spec) => spec.globalData = null) },
  { title: "an empty value", edit: inSpec((spec) => spec.globalData = { empty: "", none: [] }) },
  {
    title: "a path with a slash at its end",
    edit: inSpec((spec) => spec.byteCode = { path: "/a/" }),
  },
  {
    title: "a selector with expressions",
    edit: inSpec((spec) => {
      spec.nodeSelector = { matchExpressions: [{ key: "a", operator: "In", values: ["b"] }] };
      spec.mapOwnerSelector = { matchLabels: { a: "b" } };
    }),
  },
  {
    title: "a pull secret",
    edit: inSpec((spec) => {
      spec.byteCode.image.imagePullPolicy = "Never";
      spec.byteCode.image.imagePullSecret = { name: "a", namespace: "b" };
    }),
  },
  {
    title: "a name of 64 characters",
    edit: inSpec((spec) => spec.programs[0].name = "x".repeat(64)),
  },
  {
    title: "a name whose end no rule looks at",
    edit: inSpec((spec) => spec.programs[0].name = "ab-!!"),
  },
];
