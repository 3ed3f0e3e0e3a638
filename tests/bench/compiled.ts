/**
 * The single file against an empty script on the same runtime, and against bpftool.
 *
 * @module
 */
import { compile } from "../tools/compile/main.ts";
import { empty, FIXTURES, loadMany, NAMES } from "./groups.ts";
import { groupTable, verdictTable } from "./page.ts";
import { type Group, type GroupOptions, type Results, runGroup, type Subject } from "./subject.ts";
import { judgeLimit, judgeMemory, judgeRatio, judgeSum, type Verdict } from "./targets.ts";
import { type Runtime, Workshop } from "./workshop.ts";

/** Name of the command that loads and attaches. */
const RUN = "`run`: load and attach xdp";
const COUNTER = `${FIXTURES}/xdp_counter.bpf.o`;

/** A way to name what is measured. */
type Make = (name: string, runtime: Runtime, words: readonly string[]) => Subject;

async function readGroup(workshop: Workshop, make: Make): Promise<Group> {
  const none = workshop.runtime("none");
  const many = workshop.runtime("many");
  await loadMany(many);
  return {
    title: "One file: start-up and lists",
    subjects: [
      empty,
      make(NAMES.version, none, ["version"]),
      make(NAMES.help, none, ["--help"]),
      make(NAMES.commandHelp, none, ["attach", "xdp", "--help"]),
      make(NAMES.listNone, none, ["list", "programs"]),
      make(NAMES.listMany, many, ["list", "programs"]),
      make(NAMES.listManyJson, many, ["list", "programs", "-o", "json"]),
      { name: NAMES.bpftoolList, command: () => ["bpftool", "prog", "show", "-j"] },
    ],
  };
}

async function changeGroup(workshop: Workshop, file: string, make: Make): Promise<Group> {
  const [loads, runs, links] = ["load", "run", "attach"].map((name) => workshop.runtime(name));
  if (loads === undefined || runs === undefined || links === undefined) throw new RangeError();
  const { netns } = workshop;
  await links.bpfman("load", "file", `${FIXTURES}/xdp_pass.bpf.o`, "--programs", "xdp:xdp_pass");
  const [id = ""] = await links.ids("programs");
  const place = ["--iface", "bench0", "--priority", "50"];
  const unloadAll = (runtime: Runtime) => async () =>
    void await runtime.bpfman("unload", ...await runtime.ids("programs"));
  const inside = (subject: Subject, runtime: Runtime) => ({
    ...subject,
    options: { netns, env: runtime.env },
  });
  return {
    title: "One file: changes",
    subjects: [
      empty,
      {
        ...make(NAMES.load, loads, ["load", "file", COUNTER, "--programs", "xdp:xdp_count"]),
        after: unloadAll(loads),
      },
      {
        ...inside(
          make(RUN, runs, ["run", COUNTER, "--programs", "xdp:xdp_count", ...place]),
          runs,
        ),
        after: unloadAll(runs),
      },
      inside(make(NAMES.attach, links, ["attach", id, "xdp", ...place]), links),
      make(NAMES.get, links, ["get", "program", id]),
      inside({
        name: NAMES.detach,
        command: async () => [file, "detach", ...await links.ids("links")],
      }, links),
    ],
  };
}

/** Figures of the peer are those of a quiet machine with two cores. */
function judge(reads: Results, changes: Results): Verdict[] {
  return [
    judgeRatio(reads, { name: NAMES.version, limit: 1.2 }),
    judgeLimit(reads, { name: NAMES.version, limitMs: 30 }),
    judgeLimit(reads, { name: NAMES.listMany, limitMs: 40 }),
    judgeSum(reads, { name: NAMES.listMany, other: NAMES.bpftoolList, factor: 1 }),
    judgeLimit(changes, { name: NAMES.load, limitMs: 70 }),
    judgeLimit(changes, { name: NAMES.attach, limitMs: 60 }),
    judgeLimit(changes, { name: RUN, limitMs: 100 }),
    judgeMemory(reads, { name: NAMES.version, limitMib: 40 }),
    judgeMemory(reads, { name: NAMES.listMany, limitMib: 44.8 }),
  ];
}

async function compressedSize(path: string): Promise<number> {
  using file = await Deno.open(path);
  let size = 0;
  const packed = file.readable.pipeThrough(new CompressionStream("gzip"));
  for await (const chunk of packed) size += chunk.length;
  return size;
}

/** Measures the single file; gives the text for the page. */
export async function measureCompiled(options: GroupOptions): Promise<string> {
  await using workshop = await Workshop.open();
  const file = `${workshop.folder}/bpfman`;
  const { whole, bundle } = await compile({
    target: Deno.build.arch,
    builder: "single-file",
    out: file,
  });
  const make: Make = (name, runtime, words) => ({
    name,
    command: () => [file, ...words],
    options: { env: runtime.env },
  });
  const groups = [
    await readGroup(workshop, make),
    await changeGroup(workshop, file, make),
  ] as const;
  const [reads, changes] = [
    await runGroup(groups[0], options),
    await runGroup(groups[1], options),
  ];
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  return [
    `The file has ${megabytes(whole)} MB, ${megabytes(bundle)} MB of them ours; ` +
    `gzip makes ${megabytes(await compressedSize(file))} MB of it.`,
    verdictTable(judge(reads, changes)),
    groupTable(groups[0], reads),
    groupTable(groups[1], changes),
  ].join("\n\n");
}
