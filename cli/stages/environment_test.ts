import { deepEqual, equal } from "node:assert/strict";
import { STAGE_SETS } from "./permission_sets.ts";
import {
  denoDirectory,
  environmentOf,
  homeInFiles,
  parseEnvironment,
  STAGE_ENVIRONMENT,
} from "./environment.ts";

const WHOLE = {
  HOME: "/root",
  LD_PRELOAD: "/tmp/evil.so",
  DENO_V8_FLAGS: "--x",
  NODE_OPTIONS: "--y",
  HTTPS_PROXY: "http://proxy",
  BPFMAN_REGISTRY_AUTH: "a:b",
  BPFMAN_STAGE: "forged",
  BPFMAN_CAPABILITIES: "CAP_SYS_ADMIN",
};

Deno.test("environmentOf() leaves behind what changes how programs are linked or run", () => {
  for (const stage of ["front", "loader"] as const) {
    const { LD_PRELOAD, DENO_V8_FLAGS, NODE_OPTIONS, HOME } = environmentOf(stage, WHOLE, {});
    deepEqual([LD_PRELOAD, DENO_V8_FLAGS, NODE_OPTIONS].filter((value) => value), []);
    equal(HOME, "/root");
  }
});

Deno.test("credentials and proxies go to the front alone", () => {
  const front = environmentOf("front", WHOLE, {});
  equal(front["BPFMAN_REGISTRY_AUTH"], "a:b");
  equal(front["HTTPS_PROXY"], "http://proxy");
  const loader = environmentOf("loader", WHOLE, {});
  equal(loader["BPFMAN_REGISTRY_AUTH"], undefined);
  equal(loader["HTTPS_PROXY"], undefined);
});

Deno.test("what the stages tell each other cannot come from outside", () => {
  const loader = environmentOf("loader", WHOLE, {});
  equal(loader["BPFMAN_STAGE"], "loader");
  equal(loader["BPFMAN_CAPABILITIES"], undefined);
});

Deno.test("both processes may read the variables of the stages", () => {
  for (const [name, { env = [] }] of Object.entries(STAGE_SETS)) {
    deepEqual(STAGE_ENVIRONMENT.filter((one) => !env.includes(one)), [], name);
  }
});

Deno.test("parseEnvironment() takes the first of two, as C does, and values with =", () => {
  deepEqual(parseEnvironment("A=1\0B=x=y\0A=2\0noise\0"), { A: "1", B: "x=y" });
});

Deno.test("denoDirectory() is where Deno keeps its modules", () => {
  equal(denoDirectory({ DENO_DIR: "/d", HOME: "/h" }), "/d");
  equal(denoDirectory({ XDG_CACHE_HOME: "/c", HOME: "/h" }), "/c/deno");
  equal(denoDirectory({ HOME: "/h" }), "/h/.cache/deno");
  equal(denoDirectory({}), undefined);
  equal(denoDirectory({ HOME: "/h" }, () => "/other"), "/h/.cache/deno");
  equal(denoDirectory({ HOME: "" }, () => "/root"), "/root/.cache/deno");
});

Deno.test("homeInFiles() is the home of the user, whatever the environment says", () => {
  const passwd = "root:x:0:0:root:/root:/bin/sh\nkim:x:1000:1000::/home/kim:/bin/sh\n";
  equal(homeInFiles("Name:\tdeno\nUid:\t1000\t0\t0\t0\n", passwd), "/home/kim");
  equal(homeInFiles("Uid:\t0\t0\t0\t0\n", passwd), "/root");
  equal(homeInFiles("Uid:\t7\t7\t7\t7\n", passwd), undefined);
});
