import { deepStrictEqual, match } from "node:assert/strict";
import type { Kernel } from "../../../ffi/mod.ts";
import { type FakeCalls, fakeKernel } from "../../../tests/support/fake_kernel.ts";
import { Layout } from "../../layout.ts";
import { EMPTY_STATE } from "../../store/state.ts";
import type { ChainHook } from "../model.ts";
import { libxdpLimits } from "./limits.ts";

const OWN_NAMESPACE = 4_026_531_840;
const PLACE = { interface: "eth0", ifindex: 2, netns: null, nsid: OWN_NAMESPACE };
const XDP: ChainHook = { kind: "xdp", ...PLACE };

/** A machine on which nothing keeps libxdp from its work. */
const GOOD: FakeCalls = {
  network: { namespaceId: () => OWN_NAMESPACE },
  host: { capabilities: () => new Set(["CAP_NET_ADMIN", "CAP_SYS_ADMIN"]) },
  files: { isBpffs: (path) => path === "/sys/fs/bpf", list: () => [] },
  traffic: { xdp: () => null },
  libxdp: { dispatcher: () => null },
};

class LibraryError extends Error {
  override readonly name = "LibraryError";
}

function limitsOf(hook: ChainHook, calls: FakeCalls = {}): string[] {
  const kernel: Kernel = fakeKernel({ ...GOOD, ...calls });
  const machine = { kernel, layout: new Layout("/run/x"), now: () => new Date(0) };
  return libxdpLimits({ machine, state: EMPTY_STATE }, { hook, members: [], mode: null });
}

Deno.test("libxdpLimits() finds nothing where libxdp is safe", () => {
  deepStrictEqual(limitsOf(XDP), []);
});

Deno.test("libxdpLimits() knows no TC", () => {
  deepStrictEqual(limitsOf({ kind: "tc", direction: "ingress", ...PLACE }), ["it knows XDP only"]);
});

Deno.test("libxdpLimits() keeps to the own network namespace", () => {
  match(limitsOf({ ...XDP, nsid: 7 }).join(), /it is used in our own only/);
});

Deno.test("libxdpLimits() names the rights without which libxdp falls back in silence", () => {
  const host = { capabilities: () => new Set(["CAP_BPF", "CAP_NET_ADMIN"]) };
  deepStrictEqual(limitsOf(XDP, { host }), ["it needs CAP_SYS_ADMIN"]);
});

Deno.test("libxdpLimits() wants the bpffs that libxdp keeps its pins on", () => {
  const files = { isBpffs: () => false };
  match(limitsOf(XDP, { files }).join(), /no bpffs is mounted at "\/sys\/fs\/bpf"/);
});

Deno.test("libxdpLimits() tells that the library is missing", () => {
  const libxdp = {
    dispatcher: () => {
      throw new LibraryError('Cannot find "libxdp.so.1"');
    },
  };
  deepStrictEqual(limitsOf(XDP, { libxdp }), ['Cannot find "libxdp.so.1"']);
});
