import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { type FakeCalls, fakeKernel } from "../../tests/support/fake_kernel.ts";
import type { ObjectLoadOptions } from "../kernel.ts";
import { type CapabilityName, maskOf, namesOf } from "./capabilities.ts";
import { CapabilityMeter } from "./meter.ts";
import { meterKernel } from "./meter_kernel.ts";

const PERMITTED: readonly CapabilityName[] = [
  "CAP_BPF",
  "CAP_NET_ADMIN",
  "CAP_PERFMON",
  "CAP_SYS_ADMIN",
  "CAP_SYSLOG",
];

/** A metered kernel that knows some calls, and what is in effect at any moment. */
function metered(calls: FakeCalls, permitted = PERMITTED) {
  let effective = 0n;
  const meter = new CapabilityMeter({
    read: () => ({ permitted: maskOf(permitted), effective, inheritable: 0n }),
    write: (sets) => {
      effective = sets.effective;
    },
  });
  return { kernel: meterKernel(fakeKernel(calls), meter), held: () => [...namesOf(effective)] };
}

Deno.test("meterKernel() holds what a call needs, hands its arguments on, and drops it all", () => {
  const seen: unknown[] = [];
  const { kernel, held } = metered({
    bpf: {
      pin: (...args) => void seen.push(args, held()),
      ids: (kind) => {
        seen.push(kind, held());
        return [7];
      },
    },
    files: {
      readText: (path) => {
        seen.push(path, held());
        return "text";
      },
    },
  });
  kernel.bpf.pin(3, "/x");
  deepStrictEqual(kernel.bpf.ids("map"), [7]);
  strictEqual(kernel.files.readText("/y"), "text");
  kernel.files.readText("/proc/kallsyms");
  const symbols = ["/proc/kallsyms", ["CAP_SYSLOG"]];
  deepStrictEqual(seen, [[3, "/x"], [], "map", ["CAP_SYS_ADMIN"], "/y", [], ...symbols]);
  deepStrictEqual(held(), []);
});

Deno.test("meterKernel() asks for less where the verb has less", () => {
  const during: string[][] = [];
  const { kernel, held } = metered({
    bpf: {
      programInfo: () => {
        during.push(held());
        return null;
      },
      loadBtf: () => {
        during.push(held());
        return { raw: 1, [Symbol.dispose]: () => {} };
      },
    },
  }, ["CAP_BPF"]);
  strictEqual(kernel.bpf.programInfo(1), null);
  using _types = kernel.bpf.loadBtf(new Uint8Array());
  deepStrictEqual(during, [[], ["CAP_BPF"]]);
});

Deno.test("meterKernel() holds CAP_SYS_ADMIN for a load only where something is found by id", () => {
  const during: string[][] = [];
  const { kernel, held } = metered({
    loader: {
      load: () => {
        during.push(held());
        return { programFd: 1, maps: [], [Symbol.dispose]: () => {} };
      },
    },
  });
  const options: ObjectLoadOptions = {
    ...{ bytes: new Uint8Array(), name: "o", program: "p", type: 6, expectedAttachType: 0 },
  };
  using _plain = kernel.loader.load(options);
  using _pinned = kernel.loader.load({ ...options, reuseMaps: [{ name: "m", path: "/m" }] });
  using _byId = kernel.loader.load({ ...options, reuseMaps: [{ name: "m", id: 5 }] });
  using _extension = kernel.loader.load({ ...options, targetProgramFd: 4 });
  const program = ["CAP_NET_ADMIN", "CAP_SYSLOG", "CAP_PERFMON", "CAP_BPF"];
  const withAdmin = ["CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_SYSLOG", "CAP_PERFMON", "CAP_BPF"];
  // which may be one of a module
  using _traced = kernel.loader.load({ ...options, type: 26, attachTarget: "veth_xmit" });
  using _hook = kernel.loader.load({ ...options, type: 29, attachTarget: "file_open" });
  deepStrictEqual(during, [program, program, withAdmin, withAdmin, withAdmin, program]);
});

Deno.test("meterKernel() holds what any kernel wants for perf events", () => {
  const during: string[][] = [];
  const { kernel, held } = metered({
    perf: {
      open: () => {
        during.push(held());
        return { raw: 1, [Symbol.dispose]: () => {} };
      },
    },
  });
  using _tracepoint = kernel.perf.open({ kind: "tracepoint", group: "g", name: "n" });
  using _uprobe = kernel.perf.open({ kind: "uprobe", path: "/x", offset: 0n, pid: -1 });
  const both = ["CAP_SYS_ADMIN", "CAP_PERFMON"];
  deepStrictEqual(during, [both, both]);
});

Deno.test("the host of meterKernel() names what is permitted, not what is in effect", () => {
  const { kernel } = metered({ host: { release: "6.18.0", uid: 0 } });
  deepStrictEqual([...kernel.host.capabilities()].sort(), [...PERMITTED].sort());
  strictEqual(kernel.host.release, "6.18.0");
  strictEqual(kernel.host.uid, 0);
});

Deno.test("meterKernel() changes none of the calls that need nothing", () => {
  const makeDirectory = () => {};
  const { kernel } = metered({ files: { makeDirectory } });
  strictEqual(kernel.files.makeDirectory, makeDirectory);
});
