import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { type CapabilityName, type CapabilitySets, maskOf, namesOf } from "./capabilities.ts";
import { CapabilityMeter } from "./meter.ts";

const BPF = maskOf(["CAP_BPF"]);
const NET = maskOf(["CAP_NET_ADMIN"]);

/** A thread with capabilities, and a clock that goes on by 10 ms whenever it is asked. */
function thread(permitted: readonly CapabilityName[], effective = permitted) {
  const sets = { permitted: maskOf(permitted), effective: maskOf(effective), inheritable: 0n };
  const written: bigint[] = [];
  let clock = 0;
  const meter = new CapabilityMeter({
    read: () => sets,
    write: (next: CapabilitySets) => {
      strictEqual(next.permitted, sets.permitted);
      written.push(next.effective);
    },
    now: () => clock += 10,
  });
  return { meter, written };
}

Deno.test("a meter empties the effective set when it is made", () => {
  deepStrictEqual(thread(["CAP_BPF"]).written, [0n]);
  deepStrictEqual(thread(["CAP_BPF"], []).written, [], "nothing to do");
});

Deno.test("hold() raises for the work and drops behind it", () => {
  const { meter, written } = thread(["CAP_BPF", "CAP_NET_ADMIN"], []);
  const result = meter.hold(["CAP_BPF"], () => {
    deepStrictEqual(written, [BPF]);
    return 42;
  });
  strictEqual(result, 42);
  deepStrictEqual(written, [BPF, 0n]);
});

Deno.test("hold() raises only what is missing, and goes back to what was held before", () => {
  const { meter, written } = thread(["CAP_BPF", "CAP_NET_ADMIN"], []);
  meter.hold(["CAP_BPF"], () => {
    meter.hold(["CAP_BPF"], () => {});
    deepStrictEqual(written, [BPF], "nothing is missing");
    meter.hold(["CAP_BPF", "CAP_NET_ADMIN"], () => deepStrictEqual(written, [BPF, BPF | NET]));
    deepStrictEqual(written, [BPF, BPF | NET, BPF]);
  });
  strictEqual(written.at(-1), 0n);
  const times = meter.report().map(({ capability, times }) => [capability, times]);
  deepStrictEqual(times, [["CAP_NET_ADMIN", 1], ["CAP_BPF", 1]]);
});

Deno.test("hold() drops everything when the work throws, in windows inside of windows too", () => {
  const { meter, written } = thread(["CAP_BPF", "CAP_NET_ADMIN"], []);
  const fail = () => {
    throw new RangeError("no");
  };
  throws(() => meter.hold(["CAP_BPF"], () => meter.hold(["CAP_NET_ADMIN"], fail)), RangeError);
  deepStrictEqual(written, [BPF, BPF | NET, BPF, 0n]);
});

Deno.test("hold() refuses work that goes on behind its end", () => {
  const { meter, written } = thread(["CAP_BPF"], []);
  throws(() => meter.hold(["CAP_BPF"], () => Promise.resolve()), /must be synchronous/);
  deepStrictEqual(written, [BPF, 0n]);
  throws(() => meter.hold([], () => Promise.resolve()), /must be synchronous/);
});

Deno.test("hold() leaves out what is not permitted, and the work runs without it", () => {
  const { meter, written } = thread(["CAP_BPF"], []);
  strictEqual(meter.hold(["CAP_SYS_ADMIN"], () => "done"), "done");
  deepStrictEqual(written, []);
  meter.hold(["CAP_SYS_ADMIN", "CAP_BPF"], () => {});
  deepStrictEqual(written, [BPF, 0n]);
  deepStrictEqual(meter.report().map(({ capability }) => capability), ["CAP_BPF"]);
});

Deno.test("hold() takes a set that could not be raised for not raised", () => {
  let isBroken = true;
  const written: bigint[] = [];
  const meter = new CapabilityMeter({
    read: () => ({ permitted: BPF, effective: 0n, inheritable: 0n }),
    write: ({ effective }) => {
      if (isBroken) throw new Error("no");
      written.push(effective);
    },
  });
  throws(() => meter.hold(["CAP_BPF"], () => {}), /no/);
  isBroken = false;
  meter.hold(["CAP_BPF"], () => {});
  deepStrictEqual(written, [BPF, 0n]);
});

Deno.test("report() adds up how long and how often each capability was held", () => {
  const { meter } = thread(["CAP_BPF", "CAP_NET_ADMIN"], []);
  meter.hold(["CAP_BPF"], () => {});
  meter.hold(["CAP_BPF", "CAP_NET_ADMIN"], () => {});
  const [bpf, net] = meter.report().toSorted((a, b) => b.times - a.times);
  deepStrictEqual(bpf, { capability: "CAP_BPF", heldMs: 20, times: 2 });
  deepStrictEqual(net, { capability: "CAP_NET_ADMIN", heldMs: 10, times: 1 });
});

Deno.test("maskOf() and namesOf() are each other's inverse, on both sides of bit 32", () => {
  const names: CapabilityName[] = ["CAP_CHOWN", "CAP_NET_ADMIN", "CAP_SETFCAP", "CAP_BPF"];
  strictEqual(maskOf(names), 1n << 0n | 1n << 12n | 1n << 31n | 1n << 39n);
  deepStrictEqual(namesOf(maskOf(names)), new Set(names));
  deepStrictEqual(namesOf(1n << 63n), new Set());
});
