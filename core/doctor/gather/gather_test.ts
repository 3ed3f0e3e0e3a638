import { deepEqual, equal } from "node:assert/strict";
import type { Survey } from "../../../ffi/survey_types.ts";
import { GOOD_HOST } from "../../../tests/support/sample_host.ts";
import { judgeHost } from "../judge.ts";
import { configValues, mountsFrom } from "./kernel.ts";
import { gatherFacts } from "./mod.ts";
import type { ShownFiles } from "./texts.ts";

const EPERM = 1;

function hidden(path: string): never {
  throw new Error(`Cannot open "${path}": it is hidden`);
}

/** Files of which each is there and none may be read. */
const HIDDEN_FILES: ShownFiles = {
  readBytes: hidden,
  readText: hidden,
  list: (path) => path.startsWith("/etc/systemd") ? [] : hidden(path),
  exists: () => true,
};

/** A survey that gets nothing but refusals. */
const REFUSED: Survey = {
  loadErrno: () => EPERM,
  queryErrno: () => EPERM,
  landlockAbi: () => 0,
  rights: () => ({
    effective: new Set(),
    permitted: new Set(),
    bounding: new Set(),
    ambient: new Set(),
    noNewPrivs: true,
    seccompFilters: 1,
  }),
  fileSystem: () => null,
  library: () => ({ ...GOOD_HOST.libbpf, failure: "it is closed", version: null }),
};

Deno.test("gatherFacts() leaves unknown what it may not see, and throws nothing", async () => {
  const places = { runtimeDirectory: "/none/run", dataDirectory: "/none/data" };
  const host = { release: "6.12.0", uid: 65534 };
  const facts = await gatherFacts({ files: HIDDEN_FILES, host, survey: REFUSED }, places);

  const { config, lockdown, mounts, securityModules, settings } = facts.kernel;
  deepEqual([config, lockdown, mounts, securityModules], [null, null, null, null]);
  equal(Object.values(settings).every((value) => value === null), true);
  deepEqual(facts.state.runtime.state, "absent");
  const { checks } = judgeHost({ ...GOOD_HOST, ...facts }, new Date());
  const types = checks.filter(({ group }) => group === "programs");
  equal(types.length, 16);
  equal(types.every(({ state }) => state === "unknown"), true);
  for (const id of ["kernel.jit", "kernel.config", "kernel.lsm", "kernel.cgroup2"]) {
    equal(checks.find((check) => check.id === id)?.state, "unknown", id);
  }
});

Deno.test("mountsFrom() reads points, types and who may write", () => {
  const text = [
    "24 1 0:22 / /sys rw,nosuid - sysfs sysfs rw",
    "31 24 0:28 / /run/bp\\040man/fs ro,relatime shared:7 master:1 - bpf bpf rw,mode=700",
    "32 24 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup2 ro,nsdelegate",
    "",
  ].join("\n");
  deepEqual(mountsFrom(text), [
    { point: "/sys", type: "sysfs", isReadOnly: false },
    { point: "/run/bp man/fs", type: "bpf", isReadOnly: true },
    { point: "/sys/fs/cgroup", type: "cgroup2", isReadOnly: true },
  ]);
});

Deno.test("configValues() takes options that are set", () => {
  const text = '# CONFIG_OFF is not set\nCONFIG_BPF=y\nCONFIG_VETH=m\nCONFIG_CC="gcc = 12"\n';
  deepEqual([...configValues(text)], [
    ["CONFIG_BPF", "y"],
    ["CONFIG_VETH", "m"],
    ["CONFIG_CC", '"gcc = 12"'],
  ]);
});
