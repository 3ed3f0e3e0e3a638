/**
 * Changes that break a rule of links, or one that no schema can say.
 *
 * @module
 */
import { inLink, inSpec, type ManifestCase, PODS, select, XDP } from "./manifests.ts";

/** Changes that break a rule of links, or one that no schema can say. */
export const BAD_LINKS: readonly ManifestCase[] = [
  {
    title: "a field that is misspelt",
    edit: inLink((link) => link.priorty = 1),
    problem: `${XDP}.priorty: unknown field: did you mean "priority"?`,
  },
  {
    title: "a field that nothing is like",
    edit: inLink((link) => link.qwertyuiop = 1),
    problem: `${XDP}.qwertyuiop: unknown field: known are interfaceSelector,`,
  },
  {
    title: "no selector",
    edit: inLink((link) => delete link.interfaceSelector),
    problem: `${XDP}.interfaceSelector: required`,
  },
  {
    title: "a selector of nothing",
    edit: select({}),
    problem: `${XDP}.interfaceSelector: must have exactly one of`,
  },
  {
    title: "two selectors",
    edit: select({ interfaces: ["a"], primaryNodeInterface: true }),
    problem:
      `${XDP}.interfaceSelector: must have exactly one of interfaces, primaryNodeInterface, interfacesDiscoveryConfig: it has 2`,
  },
  {
    title: "primaryNodeInterface: yes",
    edit: select({ primaryNodeInterface: "yes" }),
    problem: `${XDP}.interfaceSelector.primaryNodeInterface: must be true or false: this is "yes"`,
  },
  {
    title: "an interface that is a number",
    edit: select({ interfaces: [0] }),
    problem: `${XDP}.interfaceSelector.interfaces[0]: must be a text: this is 0`,
  },
  {
    title: "priority 1001",
    edit: inLink((link) => link.priority = 1001),
    problem: `${XDP}.priority: must be a whole number from 0 to 1000: this is 1001`,
  },
  {
    title: "priority -1",
    edit: inLink((link) => link.priority = -1),
    problem: `${XDP}.priority: must be a whole number from 0 to 1000`,
  },
  {
    title: "priority 0.5",
    edit: inLink((link) => link.priority = 0.5),
    problem: `${XDP}.priority: must be a whole number`,
  },
  {
    title: "priority as a text",
    edit: inLink((link) => link.priority = "5"),
    problem: `${XDP}.priority: must be a whole number from 0 to 1000: this is "5"`,
  },
  {
    title: "a result of TC at XDP",
    edit: inLink((link) => link.proceedOn = ["Pipe"]),
    problem:
      `${XDP}.proceedOn[0]: must be one of Aborted, Drop, Pass, TX, ReDirect, DispatcherReturn`,
  },
  {
    title: "a result of XDP at TC",
    edit: inLink((link) => link.proceedOn = ["Pass"], 1),
    problem: "spec.programs[1].tc.links[0].proceedOn[0]: must be one of UnSpec, OK",
  },
  {
    title: "proceedOn at TCX",
    edit: inLink((link) => link.proceedOn = ["OK"], 2),
    problem: "spec.programs[2].tcx.links[0].proceedOn: unknown field",
  },
  {
    title: "TC without direction",
    edit: inLink((link) => delete link.direction, 1),
    problem: "spec.programs[1].tc.links[0].direction: required",
  },
  {
    title: "a direction in lower case",
    edit: inLink((link) => link.direction = "egress", 1),
    problem: "spec.programs[1].tc.links[0].direction: must be one of Ingress, Egress",
  },
  {
    title: "a direction at XDP",
    edit: inLink((link) => link.direction = "Egress"),
    problem: `${XDP}.direction: unknown field`,
  },
  {
    title: "a netnsPath that is relative",
    edit: inLink((link) => link.netnsPath = "blue"),
    problem: `${XDP}.netnsPath: must be an absolute path`,
  },
  {
    title: "pods and a path",
    edit: inLink((link) => Object.assign(link, { networkNamespaces: PODS, netnsPath: "/a" })),
    problem: `${XDP}: networkNamespaces and netnsPath exclude each other`,
  },
  {
    title: "neither pods nor a path",
    isNamespaced: true,
    edit: inLink((link) => delete link.netnsPath),
    problem: `${XDP}: needs networkNamespaces or netnsPath`,
  },
  {
    title: "pods of another namespace",
    isNamespaced: true,
    edit: inLink((link) => {
      delete link.netnsPath;
      link.networkNamespaces = { ...PODS, namespace: "x" };
    }),
    problem: `${XDP}.networkNamespaces.namespace: unknown field`,
  },
  {
    title: "pods without labels",
    edit: inLink((link) => link.networkNamespaces = {}),
    problem: `${XDP}.networkNamespaces.pods: required`,
  },
  {
    title: "a uprobe without containers",
    isNamespaced: true,
    edit: inSpec((spec) =>
      spec.programs = [{ name: "up_one", type: "UProbe", uprobe: { links: [{ target: "libc" }] } }]
    ),
    problem: "spec.programs[0].uprobe.links[0].containers: required",
  },
  {
    title: "a uprobe without target",
    edit: inLink((link) => delete link.target, 7),
    problem: "spec.programs[7].uprobe.links[0].target: required",
  },
  {
    title: "fentry without function",
    edit: inSpec((spec) => delete spec.programs[3].fentry.function),
    problem: "spec.programs[3].fentry.function: required",
  },
  {
    title: "fentry with two links",
    edit: inSpec((spec) => spec.programs[3].fentry.links.push({ mode: "Attach" })),
    problem: "spec.programs[3].fentry.links: must have 1 at the most: it has 2",
  },
  {
    title: "fentry in another mode",
    edit: inLink((link) => link.mode = "Detach", 3),
    problem: 'spec.programs[3].fentry.links[0].mode: must be "Attach": this is "Detach"',
  },
  {
    title: "a kprobe without function",
    edit: inLink((link) => delete link.function, 5),
    problem: "spec.programs[5].kprobe.links[0].function: required",
  },
  {
    title: "a kretprobe with an offset",
    edit: inLink((link) => link.offset = 1, 6),
    problem: "spec.programs[6].kretprobe.links[0].offset: unknown field",
  },
  {
    title: "a tracepoint without name",
    edit: inLink((link) => delete link.name, 9),
    problem: "spec.programs[9].tracepoint.links[0].name: required",
  },
  {
    title: "two programs of a name",
    edit: inSpec((spec) => spec.programs[2].name = "xdp_one"),
    problem: 'spec.programs[2].name: "xdp_one" is programs[0] already',
    isBeyondSchema: true,
  },
  {
    title: "an image in capitals",
    edit: inSpec((spec) => spec.byteCode.image.url = "quay.io/Net"),
    problem: 'spec.byteCode.image.url: Cannot use "quay.io/Net"',
    isBeyondSchema: true,
  },
  {
    title: "an expression that is none",
    edit: select({ interfacesDiscoveryConfig: { allowedInterfaces: ["eth0", "/(/"] } }),
    problem:
      `${XDP}.interfaceSelector.interfacesDiscoveryConfig.allowedInterfaces[1]: "/(/" is no regular expression`,
    isBeyondSchema: true,
  },
  {
    title: "a path with discovery",
    edit: inLink((link) =>
      Object.assign(link, { interfaceSelector: { primaryNodeInterface: true }, netnsPath: "/a" })
    ),
    problem: `${XDP}.netnsPath: goes with interfaceSelector.interfaces only`,
    isBeyondSchema: true,
  },
];
