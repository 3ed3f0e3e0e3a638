import { deepStrictEqual, match, ok, strictEqual, throws } from "node:assert/strict";
import { readCounts } from "../../core/chain/compose/counters.ts";
import { composeEngine } from "../../core/chain/compose/engine.ts";
import type { ChainSpec } from "../../core/chain/engine.ts";
import { removeFolder } from "../../core/chain/folder.ts";
import { hookKey } from "../../core/chain/model.ts";
import { DEFAULT_PROCEED_ON } from "../../core/chain/proceed_on.ts";
import { removeInternalMaps } from "../../core/program/own_maps.ts";
import type { LinkId } from "../../core/types.ts";
import { EngineStage } from "../support/engine_stage.ts";
import type { Member } from "../support/member.ts";
import { must, runProgram } from "../support/must.ts";
import { openProgram, testRun } from "../support/raw_objects.ts";
import { kernelTest } from "../support/requires.ts";

const NEEDS = ["root", "bpffs"] as const;
const [XDP_ABORTED, XDP_DROP, XDP_PASS] = [0, 1, 2];
/** Where the package xdp-tools has its objects. */
const XDP_TOOLS = `/usr/lib/${Deno.build.arch}-linux-gnu/bpf`;
/** BPF_MAP_TYPE_PROG_ARRAY. */
const PROG_ARRAY = 3;

function bytesOf(number: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(number).buffer);
}

function specOf(stage: EngineStage, members: readonly Member[]): ChainSpec {
  return stage.specOf("xdp", members, members.map(() => DEFAULT_PROCEED_ON.xdp));
}

function limitsOf(stage: EngineStage, members: readonly Member[]): string[] {
  return stage.engine.limits(stage.context, specOf(stage, members));
}

/** True when the kernel takes the chain. */
function canBuild(stage: EngineStage, members: readonly Member[]): boolean {
  try {
    stage.build(specOf(stage, members));
    return true;
  } catch (error) {
    match(String(error), /^BpfmanError: Cannot compose .*the kernel verifier refused them/);
    return false;
  }
}

function edge(stage: EngineStage, name: string): Promise<Member> {
  return stage.load("xdp", "compose_edges", name);
}

kernelTest("compose runs 20 programs on one hook", NEEDS, async () => {
  await using stage = await EngineStage.make(composeEngine);
  const members = await stage.loadMembers("xdp", 20);
  deepStrictEqual(limitsOf(stage, members), []);
  const chain = stage.build(specOf(stage, members));
  strictEqual(stage.run(chain).verdict, XDP_PASS);
  deepStrictEqual(members.map(({ runs }) => runs), members.map(() => 1));
  must(members[14], "member").say(XDP_DROP);
  strictEqual(stage.run(chain).verdict, XDP_DROP);
  deepStrictEqual(members.map(({ runs }) => runs), members.map((_, at) => at <= 14 ? 2 : 1));
});

kernelTest("compose runs one program at several places", NEEDS, async () => {
  await using stage = await EngineStage.make(composeEngine);
  const [member] = await stage.loadMembers("xdp", 1);
  const one = must(member, "member");
  const chain = stage.build(specOf(stage, [one, one, one]));
  strictEqual(stage.run(chain).verdict, XDP_PASS);
  strictEqual(one.runs, 3);
});

kernelTest("compose runs programs that the kernel calls back", NEEDS, async () => {
  await using stage = await EngineStage.make(composeEngine);
  const [plain] = await stage.loadMembers("xdp", 1);
  const members = [must(plain, "member"), await edge(stage, "xdp_callback")];
  deepStrictEqual(limitsOf(stage, members), []);
  strictEqual(stage.run(stage.build(specOf(stage, members))).verdict, XDP_PASS);
});

kernelTest(
  "compose runs the programs of xdp-tools as they are",
  [...NEEDS, `file:${XDP_TOOLS}/xdpfilt_dny_eth.o`],
  async () => {
    await using stage = await EngineStage.make(composeEngine);
    const names = { xdpdump_xdp: "xdpdump", xdpfilt_alw_eth: "xdpfilt_alw_eth" };
    const [first, last] = await stage.loadMembers("xdp", 2);
    const tools: Member[] = [];
    for (const [object, name] of Object.entries(names)) {
      tools.push(await stage.load("xdp", `${XDP_TOOLS}/${object}.o`, name));
    }
    const around = (some: readonly Member[]) =>
      specOf(stage, [must(first, "member"), ...some, must(last, "member")]);
    deepStrictEqual(stage.engine.limits(stage.context, around(tools)), []);
    strictEqual(stage.run(stage.build(around(tools))).verdict, XDP_PASS);
    strictEqual(must(last, "member").runs, 1);
    // a filter that lets nothing through until it is told otherwise
    const deny = await stage.load("xdp", `${XDP_TOOLS}/xdpfilt_dny_eth.o`, "xdpfilt_dny_eth");
    strictEqual(stage.run(stage.build(around([...tools, deny]))).verdict, XDP_DROP);
    strictEqual(must(first, "member").runs, 2);
    strictEqual(must(last, "member").runs, 1);
  },
);

kernelTest("the limits of compose on stack and calls are the kernel's", NEEDS, async () => {
  await using stage = await EngineStage.make(composeEngine);
  const [plain] = await stage.loadMembers("xdp", 1);
  const first = must(plain, "member");
  const answers = new Map<string, boolean>();
  const stacks = [464, 480, 496, 504].map((bytes) => `xdp_stack_${bytes}`);
  for (const name of [...stacks, "xdp_deep_7", "xdp_deep_8", "xdp_jump_below_224"]) {
    const members = [first, await edge(stage, name)];
    const limits = limitsOf(stage, members);
    strictEqual(canBuild(stage, members), limits.length === 0, `${name}: ${limits.join("; ")}`);
    ok(limits.every((line) => line.includes(name)), limits.join("; "));
    answers.set(name, limits.length === 0);
  }
  strictEqual(answers.get("xdp_stack_464"), true);
  strictEqual(answers.get("xdp_stack_504"), false);
  strictEqual(answers.get("xdp_deep_7"), true);
});

kernelTest("compose cuts a chain that is too large for one program", NEEDS, async () => {
  await using stage = await EngineStage.make(composeEngine);
  // three maps each: 20 are one program, 50 are three
  const members = await stage.loadMembers("xdp", 50);
  deepStrictEqual(limitsOf(stage, members), []);
  const chain = stage.build(specOf(stage, members));
  const { files } = stage.machine.kernel;
  deepStrictEqual(files.list(chain.folder), ["counters", "dispatcher", "segments"]);
  strictEqual(stage.run(chain).verdict, XDP_PASS);
  deepStrictEqual(members.map(({ runs }) => runs), members.map(() => 1));
  must(members[33], "member").say(XDP_DROP);
  strictEqual(stage.run(chain).verdict, XDP_DROP);
  deepStrictEqual(members.map(({ runs }) => runs), members.map((_, at) => at <= 33 ? 2 : 1));
  stage.seat(chain);
  const record = must(stage.context.state.hooks.get(hookKey(chain.spec.hook)), "hook");
  const counts = [...must(readCounts(stage.machine, record), "counts").values()];
  deepStrictEqual(counts, members.map((_, at) => at <= 33 ? 2n : 1n));
});

kernelTest("a chain in parts stops packets when a part is lost", NEEDS, async () => {
  await using stage = await EngineStage.make(composeEngine);
  const members = await stage.loadMembers("xdp", 22);
  const { built, folder, ...chain } = stage.build(specOf(stage, members));
  using main = openProgram(chain.mainId);
  built[Symbol.dispose]();
  strictEqual(testRun(main, new Uint8Array(64)).verdict, XDP_PASS);
  removeFolder(stage.machine, folder);
  // the kernel empties the array some time after the pin is gone
  const until = Date.now() + 60_000;
  let verdict = XDP_PASS;
  while (verdict === XDP_PASS && Date.now() < until) {
    verdict = testRun(main, new Uint8Array(64)).verdict;
  }
  strictEqual(verdict, XDP_ABORTED);
});

kernelTest("compose takes packets of several buffers when all members do", NEEDS, async () => {
  await using stage = await EngineStage.make(composeEngine);
  const frags = [
    await stage.load("xdp", "xdp_frags", "xdp_frags_count"),
    await stage.load("xdp", "xdp_frags", "xdp_frags_count"),
  ];
  const plain = await stage.loadMembers("xdp", 2);
  deepStrictEqual(limitsOf(stage, frags), []);
  // the kernel keeps programs for several buffers and others out of one array
  const { maps } = stage.machine.kernel;
  const shape = { type: PROG_ARRAY, keySize: 4, valueSize: 4, maxEntries: 1 };
  using array = maps.create({ name: "likes", ...shape });
  const put = (fd: number) => maps.write(array.raw, 0, bytesOf(fd));
  using like = openProgram(must(frags[0], "member").programId);
  put(like.raw);
  put(stage.build(specOf(stage, frags)).built.mainFd);
  throws(() => put(stage.build(specOf(stage, plain)).built.mainFd), /EINVAL/);
  const [said = "", ...more] = limitsOf(stage, [...frags, ...plain]);
  deepStrictEqual(more, []);
  match(said, /"xdp_frags_count", "xdp_frags_count" can, "xdp_member", "xdp_member" cannot/);
});

kernelTest("compose keeps licences apart", NEEDS, async () => {
  await using stage = await EngineStage.make(composeEngine);
  const closed = [
    await stage.load("xdp", "closed_licence", "xdp_closed"),
    await stage.load("xdp", "closed_licence", "xdp_closed"),
  ];
  const [plain] = await stage.loadMembers("xdp", 1);
  const { bpf } = stage.machine.kernel;
  const build = (members: readonly Member[]) => stage.build(specOf(stage, members));
  const isGpl = (members: readonly Member[]) =>
    bpf.programInfoByFd(build(members).built.mainFd).gplCompatible;
  const open = must(plain, "member");
  strictEqual(isGpl(closed), false);
  strictEqual(isGpl([open]), true);
  // each licence has its own program, and the chain goes through all of them
  const mixed = [open, ...closed, open];
  deepStrictEqual(limitsOf(stage, mixed), []);
  strictEqual(isGpl(mixed), true);
  strictEqual(isGpl([...closed, open]), false);
  strictEqual(stage.run(build(mixed)).verdict, XDP_PASS);
  strictEqual(open.runs, 2);
  open.say(XDP_DROP);
  strictEqual(stage.run(build([...closed, open])).verdict, XDP_DROP);
});

kernelTest("compose counts each place through all changes of the chain", NEEDS, async () => {
  await using stage = await EngineStage.make(composeEngine);
  const spec = specOf(stage, await stage.loadMembers("xdp", 5));
  const pick = (...links: readonly LinkId[]): ChainSpec => ({
    ...spec,
    members: links.map((id) => must(spec.members[id - 1], `link ${id}`)),
  });
  const counts = () => {
    const record = must(stage.context.state.hooks.get(hookKey(spec.hook)), "hook");
    return [...must(readCounts(stage.machine, record), "counts")];
  };
  const seat = (...links: readonly LinkId[]) => {
    const chain = stage.build(pick(...links));
    stage.seat(chain);
    return chain;
  };
  const first = seat(1, 2, 3);
  stage.run(first);
  stage.run(first);
  deepStrictEqual(counts(), [[1, 2n], [2, 2n], [3, 2n]]);
  const second = stage.build(pick(3, 4, 1));
  // packets still meet the first chain, and its counters are the ones that go on
  stage.run(first);
  stage.seat(second);
  stage.run(second);
  deepStrictEqual(counts(), [[3, 4n], [4, 1n], [1, 4n]]);
  // link 2 is gone: link 5 gets its counter, and starts anew
  stage.run(seat(5, 1));
  deepStrictEqual(counts(), [[5, 1n], [1, 5n]]);
});

kernelTest(
  "compose needs neither CAP_SYS_ADMIN nor CAP_PERFMON",
  [...NEEDS, "command:setpriv"],
  async () => {
    await using stage = await EngineStage.make(composeEngine);
    const members = await stage.loadMembers("xdp", 3);
    const child = new URL("../support/compose_child.ts", import.meta.url).pathname;
    const { code, stdout, stderr } = await runProgram("setpriv", [
      ...[
        "--bounding-set",
        "-sys_admin,-perfmon",
        Deno.execPath(),
        "run",
        "-A",
        "--no-lock",
        "--no-check",
      ],
      ...[child, stage.machine.layout.root, ...members.map(({ programId }) => String(programId))],
    ]);
    strictEqual(code, 0, stderr);
    strictEqual(stdout.trim(), String(XDP_PASS));
    deepStrictEqual(members.map(({ runs }) => runs), [1, 1, 1]);
  },
);

kernelTest("compose names a program whose object or map is gone", NEEDS, async () => {
  await using stage = await EngineStage.make(composeEngine);
  const members = await stage.loadMembers("xdp", 2);
  const { programId } = must(members[1], "member");
  const { layout, kernel } = stage.machine;
  Deno.removeSync(layout.bytecode(programId));
  throws(
    () => limitsOf(stage, members),
    new RegExp(`^BpfmanError: Cannot read the object of program ${programId} "xdp_member"`),
  );
  const [first] = members;
  kernel.files.remove(`${layout.mapDirectory(must(first, "member").programId)}/member_stats`);
  // its id is remembered as well
  strictEqual(stage.run(stage.build(specOf(stage, [must(first, "member")]))).verdict, XDP_PASS);
  strictEqual(must(first, "member").runs, 1);
});

kernelTest("compose finds the maps of programs that an older version loaded", NEEDS, async () => {
  await using stage = await EngineStage.make(composeEngine);
  const members = await stage.loadMembers("xdp", 1);
  const one = must(members[0], "member");
  // it neither remembered ids nor pinned the maps of global variables
  removeInternalMaps(stage.machine, one.programId);
  const { state } = stage.context;
  const { mapIds: _, ...record } = must(state.programs.get(one.programId), "row");
  const programs = new Map([[one.programId, record]]);
  const context = { machine: { ...stage.machine }, state: { ...state, programs } };
  const spec = specOf(stage, [one, one]);
  const folder = stage.machine.layout.revision(spec.hook, 1);
  stage.machine.kernel.files.makeDirectory(folder);
  using chain = stage.engine.build(context, spec, { number: 1, folder });
  one.say(XDP_DROP);
  strictEqual(testRun({ raw: chain.mainFd }, new Uint8Array(64)).verdict, XDP_DROP);
  strictEqual(one.runs, 1);
});
