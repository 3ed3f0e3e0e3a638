/**
 * The groups that are measured.
 *
 * @module
 */
import type { Group, Subject } from "./subject.ts";
import { BPFMAN, type Runtime, type Workshop } from "./workshop.ts";

const EMPTY_SCRIPT = "tests/bench/empty.ts";
/** Folder of the objects, from the root of the checkout. */
export const FIXTURES = "tests/fixtures";
const KERNEL_BTF = "/sys/kernel/btf/vmlinux";

/** Names that tables and targets share. */
export const NAMES = {
  empty: "an empty Deno script",
  version: "`version`",
  help: "`--help`",
  commandHelp: "`attach xdp --help`",
  listNone: "`list programs`, none loaded",
  listMany: "`list programs`, 100 loaded",
  listManyJson: "`list programs -o json`, 100 loaded",
  bpftoolList: "`bpftool prog list`, the same programs",
  bpftoolLoad: "`bpftool prog load`",
  load: "`load file`",
  unload: "`unload`",
  get: "`get program`",
  bpftoolShow: "`bpftool prog show`",
  attach: "`attach … xdp`",
  bpftoolAttach: "`bpftool net attach xdp`",
  detach: "`detach`",
  inspect: "`inspect`",
  validate: "`validate`",
  check: "`check`, one object on four kernels",
  bpftoolBtf: "`bpftool btf dump` of the running kernel",
  bpftoolDetach: "`bpftool net detach xdp`",
  imageBuild: "`image build`",
  imagePull: "`image pull`, a small image into an empty store",
  imagePullAgain: "`image pull`, nothing new",
  skopeoCopy: "`skopeo copy docker://… oci:…`, the same image",
} as const;

/** How many programs are loaded for the long list. */
const MANY = 100;

/** The eight programs of the fixture `many`. */
const EIGHT = [
  ...["xdp:xdp_first", "xdp:xdp_second", "tcx:tc_first", "tcx:tc_second"],
  ...["tracepoint:many_openat", "tracepoint:many_switch"],
  ...["uprobe:many_uprobe", "uretprobe:many_uretprobe"],
] as const;

/** What Deno itself costs. */
export const empty: Subject = {
  name: NAMES.empty,
  command: () => [Deno.execPath(), "run", "-A", EMPTY_SCRIPT],
};

function bpfman(name: string, runtime: Runtime, words: readonly string[]): Subject {
  return { name, command: () => [...BPFMAN, ...words], options: { env: runtime.env } };
}

/** Commands that touch no kernel. */
export function startUpGroup(workshop: Workshop): Group {
  const none = workshop.runtime("none");
  return {
    title: "Start-up",
    subjects: [
      empty,
      bpfman(NAMES.version, none, ["version"]),
      bpfman(NAMES.help, none, ["--help"]),
      bpfman(NAMES.commandHelp, none, ["attach", "xdp", "--help"]),
    ],
  };
}

/** Loads a hundred programs. */
export async function loadMany(runtime: Runtime): Promise<void> {
  for (let left = MANY; left > 0; left -= EIGHT.length) {
    const programs = EIGHT.slice(0, left);
    await runtime.bpfman("load", "file", `${FIXTURES}/many.bpf.o`, "--programs", ...programs);
  }
  const { length } = await runtime.ids("programs");
  if (length !== MANY) throw new Error(`Cannot measure a list of ${MANY}: ${length} are loaded`);
}

/** Lists. */
export async function listGroup(workshop: Workshop): Promise<Group> {
  const none = workshop.runtime("none");
  const many = workshop.runtime("many");
  await loadMany(many);
  return {
    title: "List",
    subjects: [
      empty,
      bpfman(NAMES.listNone, none, ["list", "programs"]),
      bpfman(NAMES.listMany, many, ["list", "programs"]),
      bpfman(NAMES.listManyJson, many, ["list", "programs", "-o", "json"]),
      { name: NAMES.bpftoolList, command: () => ["bpftool", "prog", "list"] },
    ],
  };
}

/** Loading and unloading an object with one program. */
export function loadGroup(workshop: Workshop): Group {
  const runtime = workshop.runtime("load");
  const object = `${FIXTURES}/xdp_counter.bpf.o`;
  const pin = `${workshop.pins}/one`;
  return {
    title: "Load and unload",
    subjects: [
      empty,
      {
        name: NAMES.bpftoolLoad,
        command: () => ["bpftool", "prog", "load", object, pin],
        after: () => Deno.remove(pin),
      },
      bpfman(NAMES.load, runtime, ["load", "file", object, "--programs", "xdp:xdp_count"]),
      {
        name: NAMES.unload,
        command: async () => [...BPFMAN, "unload", ...await runtime.ids("programs")],
        options: { env: runtime.env },
      },
    ],
  };
}

/** Names of the four kernels; they all have the running kernel's BTF. */
const FOUR = ["one", "two", "three", "four"];

/** Looking at objects; nothing is loaded. */
export async function bytecodeGroup(workshop: Workshop): Promise<Group> {
  const runtime = workshop.runtime("bytecode");
  const data = ["--data-dir", `${workshop.folder}/data`];
  for (const name of FOUR) {
    await runtime.bpfman("kernel", "add", KERNEL_BTF, "--name", name, ...data);
  }
  const object = `${FIXTURES}/core_fields.bpf.o`;
  return {
    title: "Look at objects",
    subjects: [
      empty,
      bpfman(NAMES.inspect, runtime, ["inspect", object]),
      bpfman(NAMES.validate, runtime, ["validate", object]),
      bpfman(NAMES.check, runtime, ["check", object, "--kernel", FOUR.join(","), ...data]),
      { name: NAMES.bpftoolBtf, command: () => ["bpftool", "btf", "dump", "file", KERNEL_BTF] },
    ],
  };
}

/** Attaching, looking and detaching. */
export async function attachGroup(workshop: Workshop): Promise<Group> {
  const { netns } = workshop;
  const runtime = workshop.runtime("attach");
  const object = `${FIXTURES}/xdp_pass.bpf.o`;
  await runtime.bpfman("load", "file", object, "--programs", "xdp:xdp_pass");
  const [id = ""] = await runtime.ids("programs");
  const place = ["xdp", "--iface", "bench0", "--priority", "50"];
  const inside = { netns, env: runtime.env };
  return {
    title: "Attach, get and detach",
    subjects: [
      empty,
      {
        name: NAMES.bpftoolAttach,
        command: () => ["bpftool", "net", "attach", "xdp", "id", id, "dev", "bench0"],
        options: { netns },
      },
      {
        name: NAMES.bpftoolDetach,
        command: () => ["bpftool", "net", "detach", "xdp", "dev", "bench0"],
        options: { netns },
      },
      { ...bpfman(NAMES.attach, runtime, ["attach", id, ...place]), options: inside },
      bpfman(NAMES.get, runtime, ["get", "program", id]),
      { name: NAMES.bpftoolShow, command: () => ["bpftool", "prog", "show", "id", id] },
      {
        name: NAMES.detach,
        command: async () => [...BPFMAN, "detach", ...await runtime.ids("links")],
        options: inside,
      },
    ],
  };
}
