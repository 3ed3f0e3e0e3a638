import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { Interpreter } from "../../../tests/support/mini_bpf.ts";
import { type ChainKind, PROCEED_CODES } from "../proceed_on.ts";
import { chainVerdict } from "../verdict.ts";
import { mainProgram } from "./main_program.ts";

const COUNTERS_FD = 77;
/** What all chains here are made with. */
const WHOLE = { countersFd: COUNTERS_FD, continuation: null } as const;

/** Codes that programs return: all with a word, and some without. */
function returnsOf(kind: ChainKind): number[] {
  return [...Object.values(PROCEED_CODES[kind]), 17, 29, 63, -2];
}

/** Sets of few codes and of many, as both are told apart in another way. */
function setsOf(kind: ChainKind): number[][] {
  const codes = Object.values(PROCEED_CODES[kind]);
  return [[], codes.slice(0, 1), codes.slice(-1), codes.slice(1, 5), codes.slice(0, 5), codes];
}

for (const kind of ["xdp", "tc"] as const) {
  Deno.test(`mainProgram() proceeds after the results that were named (${kind})`, () => {
    let checked = 0;
    for (const proceedOn of setsOf(kind)) {
      const members = [{ proceedOn }, { proceedOn: [] }];
      const slots = members.map((member, n) => ({ ...member, counter: n, body: n }));
      const code = mainProgram({ kind, slots, bodies: [0, 1], ...WHOLE });
      for (const first of returnsOf(kind)) {
        const returns = [first, 9];
        const run = new Interpreter(code, returns).run();
        const expected = chainVerdict(
          kind,
          members.map((member, n) => ({ ...member, returns: returns[n] ?? 0 })),
        );
        const words = `first returns ${first}, proceeds on ${proceedOn.join(", ")}`;
        strictEqual(run.result, expected.code, words);
        deepStrictEqual(run.counters, expected.ran === 1 ? [1n] : [1n, 1n], words);
        checked++;
      }
    }
    strictEqual(checked, setsOf(kind).length * returnsOf(kind).length);
  });
}

Deno.test("mainProgram() hands each member the context, and counts where it is told to", () => {
  const slots = [5, 0, 3].map((counter) => ({ proceedOn: [2], counter, body: 0 }));
  const code = mainProgram({ kind: "xdp", slots, bodies: [0], ...WHOLE });
  const run = new Interpreter(code, [2]).run();
  deepStrictEqual(run.calls, [{ body: 0, isContext: true }, { body: 0, isContext: true }, {
    body: 0,
    isContext: true,
  }]);
  deepStrictEqual(run.counters, [1n, 0n, 0n, 1n, 0n, 1n]);
  strictEqual(run.mapFd, COUNTERS_FD);
});

Deno.test("mainProgram() stops packets when it cannot count", () => {
  const slots = [{ proceedOn: [2], counter: 0, body: 0 }];
  const code = (kind: ChainKind) => mainProgram({ kind, slots, bodies: [0], ...WHOLE });
  const lost = (kind: ChainKind) => new Interpreter(code(kind), [2], { hasCounters: false }).run();
  deepStrictEqual([lost("xdp").result, lost("tc").result], [0, 2]);
  deepStrictEqual(lost("xdp").calls, []);
});

Deno.test("mainProgram() goes on in the next program, and stops packets where there is none", () => {
  const slots = [{ proceedOn: [2], counter: 0, body: 0 }];
  const continuation = { arrayFd: 88, index: 3 };
  const code = (kind: ChainKind) =>
    mainProgram({ kind, slots, countersFd: COUNTERS_FD, bodies: [0], continuation });
  const ended = new Interpreter(code("xdp"), [1]).run();
  deepStrictEqual([ended.result, ended.tailCall], [1, null]);
  const gone = new Interpreter(code("xdp"), [2]).run();
  deepStrictEqual(gone.tailCall, { mapFd: 88, index: 3, isContext: true });
  const lost = (kind: ChainKind) =>
    new Interpreter(code(kind), [2], { hasNext: false }).run().result;
  deepStrictEqual([lost("xdp"), lost("tc")], [0, 2]);
});
