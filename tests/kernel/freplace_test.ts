import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { ChainSpec } from "../../core/chain/engine.ts";
import { freplaceEngine } from "../../core/chain/freplace/engine.ts";
import { type ChainKind, DEFAULT_PROCEED_ON } from "../../core/chain/proceed_on.ts";
import { BpfmanError } from "../../core/errors.ts";
import { casesOf, shapesOf } from "../support/chain_matrix.ts";
import { EngineStage, type StagedChain } from "../support/engine_stage.ts";
import { must, mustRun } from "../support/must.ts";
import { Wire } from "../support/netns.ts";
import { kernelTest } from "../support/requires.ts";
import { openKernel } from "../../ffi/mod.ts";

const NEEDS = ["root", "bpffs", "freplace"] as const;
const KINDS: readonly ChainKind[] = ["xdp", "tc"];
const EXTENSION = 28;
const SLOTS = 10;
const [XDP_DROP, XDP_PASS] = [1, 2];
const TC_PIPE = 3;
const PASSED_ON: Readonly<Record<ChainKind, number>> = { xdp: XDP_PASS, tc: TC_PIPE };

for (const kind of KINDS) {
  kernelTest(`a freplace chain for ${kind} says what the model says`, NEEDS, async () => {
    await using stage = await EngineStage.make(freplaceEngine);
    const members = await stage.loadMembers(kind, 3);
    for (const shape of shapesOf(kind, [3])) {
      const own = members.slice(0, shape.proceedOn.length);
      const chain = stage.build(stage.specOf(kind, own, shape.proceedOn));
      for (const { returns, expected } of casesOf(kind, shape)) {
        for (const [at, member] of own.entries()) {
          member.reset();
          member.say(returns[at] ?? 0);
        }
        const { verdict } = stage.run(chain);
        const ran = own.filter(({ runs }) => runs === 1).length;
        deepStrictEqual({ code: verdict, ran }, expected, `${shape.name}: [${returns}]`);
      }
    }
  });

  kernelTest(
    `each member of a freplace chain for ${kind} has a program and a link`,
    NEEDS,
    async () => {
      await using stage = await EngineStage.make(freplaceEngine);
      const { bpf, files } = stage.machine.kernel;
      const members = await stage.loadMembers(kind, 3);
      const always = DEFAULT_PROCEED_ON[kind];
      const { built, folder, mainId } = stage.build(
        stage.specOf(kind, members, [always, always, always]),
      );
      deepStrictEqual(files.list(folder), ["dispatcher", "link_0", "link_1", "link_2"]);
      strictEqual(must(bpf.programInfo(mainId), "main program").name, `${kind}_dispatcher`);
      strictEqual(built.memberLinks.size, 3);
      for (const [at, member] of members.entries()) {
        const link = must(bpf.linkInfo(must(built.memberLinks.get(at + 1), "link id")), "link");
        const extension = must(bpf.programInfo(link.programId), "extension");
        strictEqual(extension.type, EXTENSION);
        strictEqual(link.targetObjId, mainId);
        const own = must(bpf.programInfo(member.programId), "program");
        deepStrictEqual(extension.mapIds, own.mapIds, "it has maps of its own");
      }
    },
  );

  kernelTest(
    `a freplace chain for ${kind} takes programs that change the packet`,
    NEEDS,
    async () => {
      await using stage = await EngineStage.make(freplaceEngine);
      const grow = await stage.load(kind, `${kind}_member`, `${kind}_grow`);
      const [plain] = await stage.loadMembers(kind, 1);
      const last = must(plain, "member");
      const always = DEFAULT_PROCEED_ON[kind];
      const chain = stage.build(stage.specOf(kind, [grow, last], [always, always]));
      grow.say(PASSED_ON[kind]);
      stage.run(chain);
      deepStrictEqual([grow.runs, last.runs], [1, 1]);
    },
  );

  kernelTest(
    `a freplace chain for ${kind} takes programs that make tail calls`,
    NEEDS,
    async () => {
      await using stage = await EngineStage.make(freplaceEngine);
      const jump = await stage.load(kind, `${kind}_member`, `${kind}_jump`);
      const [target, last] = await stage.loadMembers(kind, 2);
      const [landing, behind] = [must(target, "member"), must(last, "member")];
      jump.jumpTo(landing.programId);
      const always = DEFAULT_PROCEED_ON[kind];
      const spec = stage.specOf(kind, [jump, behind], [always, always]);
      const chain = kind === "xdp" ? buildUnlessRefused(stage, spec) : stage.build(spec);
      if (chain === null) return;
      landing.say(PASSED_ON[kind]);
      stage.run(chain);
      deepStrictEqual([jump.runs, landing.runs, behind.runs], [1, 1, 1]);
      landing.say(0);
      strictEqual(stage.run(chain).verdict, 0);
      deepStrictEqual([jump.runs, landing.runs, behind.runs], [2, 2, 1]);
    },
  );

  kernelTest(
    `a freplace chain for ${kind} holds members behind one that always ends it`,
    NEEDS,
    async () => {
      await using stage = await EngineStage.make(freplaceEngine);
      const [first, second] = await stage.loadMembers(kind, 2);
      const members = [must(first, "member"), must(second, "member")] as const;
      const chain = stage.build(stage.specOf(kind, members, [[], []]));
      members[0].say(PASSED_ON[kind]);
      strictEqual(stage.run(chain).verdict, PASSED_ON[kind]);
      deepStrictEqual([members[0].runs, members[1].runs], [1, 0]);
    },
  );
}

kernelTest(
  "the next version of a freplace chain takes the extensions that run",
  NEEDS,
  async () => {
    await using stage = await EngineStage.make(freplaceEngine);
    const { bpf } = stage.machine.kernel;
    const [first, second, third] = await stage.loadMembers("xdp", 3);
    const [a, b, c] = [must(first, "a"), must(second, "b"), must(third, "c")];
    const always = DEFAULT_PROCEED_ON.xdp;
    const programOf = (id: number | undefined): number =>
      must(bpf.linkInfo(must(id, "link id")), "link").programId;

    const old = stage.build(stage.specOf("xdp", [a, b], [always, always]));
    stage.seat(old);
    const next = stage.build(stage.specOf("xdp", [c, b, a], [always, always, always]));

    const [, ofC, ofB, ofA] = [0, 1, 2, 3].map((id) => next.built.memberLinks.get(id));
    strictEqual(programOf(ofB), programOf(old.built.memberLinks.get(2)));
    strictEqual(programOf(ofA), programOf(old.built.memberLinks.get(1)));
    notStrictEqual(programOf(ofC), programOf(ofA));
    notStrictEqual(ofA, old.built.memberLinks.get(1), "each version has links of its own");
    // both versions are whole: packets may still meet the old one
    for (const chain of [old, next]) stage.run(chain);
    deepStrictEqual([a.runs, b.runs, c.runs], [2, 2, 1]);
  },
);

kernelTest("a program that is in a freplace chain twice runs twice", NEEDS, async () => {
  await using stage = await EngineStage.make(freplaceEngine);
  const [only] = await stage.loadMembers("xdp", 1);
  const member = must(only, "member");
  const always = DEFAULT_PROCEED_ON.xdp;
  const chain = stage.build(stage.specOf("xdp", [member, member], [always, always]));
  stage.run(chain);
  strictEqual(member.runs, 2);
});

/**
 * Since 2025 kernels compare the attach types of all programs of a map of tail calls, and an
 * extension has none: they refuse, and we say why. Older ones build.
 */
function buildUnlessRefused(stage: EngineStage, spec: ChainSpec): StagedChain | null {
  try {
    return stage.build(spec);
  } catch (error) {
    match(String(error), /it makes tail calls, and this kernel keeps maps of XDP programs/);
    return null;
  }
}

kernelTest(
  "a freplace chain takes packets in several parts when all of its members do",
  [...NEEDS, "command:ip"],
  async () => {
    await using stage = await EngineStage.make(freplaceEngine);
    await using wire = await Wire.make();
    for (const { netns, interface: name } of [wire.near, wire.far]) {
      await mustRun("nsenter", [`--net=${netns}`, "ip", "link", "set", name, "mtu", "9000"]);
    }
    const frags = await stage.load("xdp", "xdp_frags", "xdp_frags_count");
    const [plain] = await stage.loadMembers("xdp", 1);
    const always = DEFAULT_PROCEED_ON.xdp;
    const { network, bpf } = openKernel();
    const attach = (programFd: number): void =>
      network.within(wire.near.netns, () => {
        const target = network.indexOf(wire.near.interface);
        bpf.createLink({ programFd, target, attachType: 37, flags: 4 })[Symbol.dispose]();
      });

    const both = stage.build(stage.specOf("xdp", [frags, frags], [always, always]));
    attach(both.built.mainFd);

    const mixed = stage.build(
      stage.specOf("xdp", [frags, must(plain, "member")], [always, always]),
    );
    let refused: unknown;
    try {
      attach(mixed.built.mainFd);
    } catch (error) {
      refused = error;
    }
    match(String(refused), /BPF_LINK_CREATE/);
    stage.run(mixed);
    strictEqual(must(plain, "member").runs, 1);
  },
);

kernelTest("a freplace chain of eleven programs is refused before anything is touched", [
  "root",
  "bpffs",
], async () => {
  await using stage = await EngineStage.make(freplaceEngine);
  const members = await stage.loadMembers("xdp", SLOTS + 1);
  const proceedOn = members.map(() => [XDP_DROP]);
  deepStrictEqual(
    freplaceEngine.limits(stage.context, stage.specOf("xdp", members, proceedOn)),
    ["its dispatcher has 10 slots, and this chain has 11 programs"],
  );
  const ten = stage.specOf("xdp", members.slice(1), proceedOn);
  deepStrictEqual(freplaceEngine.limits(stage.context, ten), []);
});

kernelTest("an extension that the kernel refuses is explained", NEEDS, async () => {
  await using stage = await EngineStage.make(freplaceEngine);
  const [only] = await stage.loadMembers("xdp", 1);
  const spec = stage.specOf("tc", [must(only, "member")], [[]]);
  const [limit] = freplaceEngine.limits(stage.context, spec);
  match(limit ?? "", /"xdp_member" does not take "struct __sk_buff \*" alone/);
  let refused: unknown;
  try {
    stage.build(spec);
  } catch (error) {
    refused = error;
  }
  ok(refused instanceof BpfmanError, String(refused));
  match(refused.hint ?? "", /--engine compose/);
});
