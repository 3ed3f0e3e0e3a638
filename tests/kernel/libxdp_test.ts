import { deepStrictEqual, match, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { freplaceEngine } from "../../core/chain/freplace/engine.ts";
import { readDispatcher } from "../../core/chain/libxdp/dispatcher.ts";
import { libxdpEngine } from "../../core/chain/libxdp/engine.ts";
import { BpfmanError } from "../../core/errors.ts";
import { casesOf, shapesOf } from "../support/chain_matrix.ts";
import { EngineStage } from "../support/engine_stage.ts";
import { SharedHook } from "../support/shared_hook.ts";
import { must } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";

const NEEDS = ["root", "bpffs", "freplace", "command:ip", "command:xdp-loader"] as const;
const [XDP_DROP, XDP_PASS] = [1, 2];
/** An empty slot's code: every program of libxdp proceeds on it, and none can choose not to. */
const DISPATCHER_RETURN = 31;
const ON_PASS = [XDP_PASS, DISPATCHER_RETURN];

kernelTest("programs of ours and of xdp-loader share an interface", NEEDS, async () => {
  await using stage = await EngineStage.make(freplaceEngine);
  await using hook = await SharedHook.make(stage);
  const [first, last] = await stage.loadMembers("xdp", 2);
  const [ours, late] = [must(first, "member"), must(last, "member")];
  strictEqual(libxdpEngine.isThere(stage.machine, hook.hook), false);
  await hook.interface.loadForeign("xdp_counter", "xdp_count", 40);
  ok(libxdpEngine.isThere(stage.machine, hook.hook));
  const [theirs] = libxdpEngine.foreign(stage.machine, hook.hook, null);
  deepStrictEqual(theirs && { ...theirs, programId: 0 }, {
    programId: 0,
    name: "xdp_count",
    position: 0,
    priority: 40,
    proceedOn: ON_PASS,
  });

  hook.apply([
    { member: late, priority: 60, proceedOn: [XDP_DROP, ...ON_PASS] },
    { member: ours, priority: 30, proceedOn: ON_PASS },
  ]);

  const rows = await hook.interface.status();
  deepStrictEqual(rows.map(({ priority, name, actions }) => [priority, name, actions]), [
    [30, "xdp_member", "XDP_PASS"],
    [40, "xdp_count", "XDP_PASS"],
    [60, "xdp_member", "XDP_DROP,XDP_PASS"],
  ]);
  deepStrictEqual(
    rows.map(({ id }) => id),
    must(readDispatcher(stage.machine, hook.interface.ifindex), "dispatcher").programs.map((
      { id },
    ) => id),
  );
  deepStrictEqual(hook.current?.mode, "native");
  const [moved, ...none] = libxdpEngine.foreign(stage.machine, hook.hook, hook.current);
  deepStrictEqual(none, []);
  deepStrictEqual(moved, { ...theirs, position: 1 });
  strictEqual(hook.interface.send(), XDP_PASS);
  deepStrictEqual([ours.runs, late.runs], [1, 1]);

  await hook.interface.unloadForeign(must(theirs, "program of xdp-loader").programId);
  deepStrictEqual(libxdpEngine.foreign(stage.machine, hook.hook, hook.current), []);
  deepStrictEqual(hook.seated(), [1, 2]);
  strictEqual(hook.interface.send(), XDP_PASS);
  deepStrictEqual([ours.runs, late.runs], [2, 2]);

  hook.apply([]);
  strictEqual(hook.interface.isTaken(), false);
});

kernelTest("our leaving leaves the programs of xdp-loader where they are", NEEDS, async () => {
  await using stage = await EngineStage.make(freplaceEngine);
  await using hook = await SharedHook.make(stage);
  const [only] = await stage.loadMembers("xdp", 1);
  hook.apply([{ member: must(only, "member"), priority: 50, proceedOn: ON_PASS }]);
  await hook.interface.loadForeign("xdp_drop", "xdp_drop", 70);
  strictEqual(hook.interface.send(), XDP_DROP);
  hook.apply([]);
  deepStrictEqual((await hook.interface.status()).map(({ name }) => name), ["xdp_drop"]);
  strictEqual(hook.interface.send(), XDP_DROP);
});

kernelTest("a member whose place changes joins anew, and the others stay", NEEDS, async () => {
  await using stage = await EngineStage.make(freplaceEngine);
  await using hook = await SharedHook.make(stage);
  const [first, second] = await stage.loadMembers("xdp", 2);
  const [gate, behind] = [must(first, "gate"), must(second, "member")];
  gate.say(XDP_DROP);
  const place = { member: gate, priority: 50, proceedOn: ON_PASS };
  const other = { member: behind, priority: 55, proceedOn: ON_PASS };
  hook.apply([place, other]);
  const before = hook.programs();
  strictEqual(hook.interface.send(), XDP_DROP);
  strictEqual(behind.runs, 0);

  hook.apply([{ ...place, priority: 60 }, other]);
  const after = hook.programs();
  strictEqual(after.length, 2);
  strictEqual(after[1], before[1], "the other member was touched");
  notStrictEqual(after[0], before[0]);
  strictEqual(hook.interface.send(), XDP_DROP);
  strictEqual(behind.runs, 1);
});

kernelTest("a change that was interrupted is made once more, without doubles", NEEDS, async () => {
  await using stage = await EngineStage.make(freplaceEngine);
  await using hook = await SharedHook.make(stage);
  const [first, second] = await stage.loadMembers("xdp", 2);
  const [a, b] = [must(first, "a"), must(second, "b")];
  await hook.interface.loadForeign("xdp_counter", "xdp_count", 40);
  const wanted = [
    { member: a, priority: 50, proceedOn: ON_PASS },
    { member: b, priority: 60, proceedOn: ON_PASS },
  ];
  const foreign = hook.foreignIds();
  // killed after the first program joined: nobody wrote its id down
  const half = hook.applyTo(wanted.slice(0, 1), { current: null, foreign });
  const whole = must(hook.applyTo(wanted, { current: null, foreign }), "seat");
  strictEqual(whole.seat.programs[0]?.kernelProgramId, half?.seat.programs[0]?.kernelProgramId);
  deepStrictEqual((await hook.interface.status()).map(({ priority }) => priority), [40, 50, 60]);
  strictEqual(hook.interface.send(), XDP_PASS);
  deepStrictEqual([a.runs, b.runs], [1, 1]);
});

kernelTest("a member that cannot join takes those back that could", NEEDS, async () => {
  await using stage = await EngineStage.make(freplaceEngine);
  await using hook = await SharedHook.make(stage);
  const [first] = await stage.loadMembers("xdp", 1);
  const plain = must(first, "member");
  const unknown = { programId: plain.programId + 1_000_000 };
  let refused: unknown;
  try {
    hook.apply([
      { member: plain, priority: 50, proceedOn: ON_PASS },
      { member: unknown, priority: 60, proceedOn: ON_PASS },
    ]);
  } catch (error) {
    refused = error;
  }
  ok(refused instanceof BpfmanError, String(refused));
  strictEqual(hook.interface.isTaken(), false);
});

kernelTest("an interface that goes leaves no pins of libxdp behind", NEEDS, async () => {
  await using stage = await EngineStage.make(freplaceEngine);
  await using hook = await SharedHook.make(stage);
  const [only] = await stage.loadMembers("xdp", 1);
  hook.apply([{ member: must(only, "member"), priority: 50, proceedOn: ON_PASS }]);
  const [program] = hook.programs();
  await hook.interface.remove();
  deepStrictEqual(hook.seated(), []);
  notStrictEqual(stage.machine.kernel.bpf.programInfo(must(program, "program")), null);
  hook.apply([]);
  deepStrictEqual(hook.interface.pinFolders(), []);
});

kernelTest("libxdp is used where it is safe only", NEEDS, async () => {
  await using stage = await EngineStage.make(freplaceEngine);
  await using hook = await SharedHook.make(stage);
  const members = await stage.loadMembers("xdp", 11);
  const places = members.map((member, at) => ({ member, priority: at, proceedOn: ON_PASS }));
  const limits = (count: number) =>
    libxdpEngine.limits(stage.context, hook.specOf(places.slice(0, count)));
  deepStrictEqual(limits(10), []);
  match(limits(11).join(), /10 slots, and this chain has 11 programs$/);
  await hook.interface.loadForeign("xdp_counter", "xdp_count", 40);
  match(limits(10).join(), /10 slots, and this chain has 11 programs, 1 of others among them/);
  const spec = hook.specOf(places.slice(0, 1));
  const elsewhere = { ...spec, hook: { ...spec.hook, nsid: spec.hook.nsid + 1 } };
  match(libxdpEngine.limits(stage.context, elsewhere).join(), /used in our own only/);
  strictEqual(libxdpEngine.isThere(stage.machine, elsewhere.hook), false);
});

kernelTest("a libxdp chain says what the model says", NEEDS, async () => {
  await using stage = await EngineStage.make(freplaceEngine);
  await using hook = await SharedHook.make(stage);
  const members = await stage.loadMembers("xdp", 10);
  let count = 0;
  for (const shape of shapesOf("xdp", [2, 4, 5, 10])) {
    // a place that changes would be joined before the old one is left, and there are ten slots
    hook.apply([]);
    const proceedOn = shape.proceedOn.map((set) => [...new Set([...set, DISPATCHER_RETURN])]);
    const own = members.slice(0, proceedOn.length);
    hook.apply(own.map((member, at) => ({
      member,
      priority: 50 + at,
      proceedOn: proceedOn[at] ?? [],
    })));
    for (const { returns, expected } of casesOf("xdp", { ...shape, proceedOn })) {
      // libxdp folds codes beyond its mask, which no program has a name for
      if (returns.some((code) => code < 0 || code > DISPATCHER_RETURN)) continue;
      for (const [at, member] of own.entries()) {
        member.reset();
        member.say(returns[at] ?? 0);
      }
      const verdict = hook.interface.send();
      const ran = own.filter(({ runs }) => runs === 1).length;
      deepStrictEqual({ code: verdict, ran }, expected, `${shape.name}: [${returns}]`);
      count++;
    }
  }
  ok(count >= 500, `${count} combinations`);
});
