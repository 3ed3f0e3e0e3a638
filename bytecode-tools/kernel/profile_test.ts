import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { readBtf } from "../btf/btf.ts";
import { btfFacts } from "../btf/facts.ts";
import { makeProfile, profileFromFile, profileToFile } from "./profile.ts";

const SOURCES = {
  release: "6.12.57+deb13-amd64",
  btf: Uint8Array.of(0x9f, 0xeb, 1, 0),
  modules: [{ name: "veth", btf: Uint8Array.of(1, 2, 3) }],
  config: "CONFIG_HZ=250\n# CONFIG_X is not set\n",
  symbols: "ffffffff81000000 T _stext\n0000000000000000 t helper\t[veth]\nno symbol\n",
  tracepoints: "sched:sched_switch\nsyscalls:sys_enter_openat\n",
  securityModules: "lockdown,capability,bpf\n",
};

Deno.test("makeProfile() reads symbols, tracepoints and security modules", () => {
  const profile = makeProfile(SOURCES);
  equal(profile.name, SOURCES.release);
  deepEqual([...profile.symbols ?? []], ["_stext", "helper"]);
  deepEqual([...profile.tracepoints ?? []], ["sched/sched_switch", "syscalls/sys_enter_openat"]);
  deepEqual(profile.securityModules, ["lockdown", "capability", "bpf"]);
});

Deno.test("makeProfile() keeps what is unknown apart from what is empty", () => {
  const { modules, symbols, config } = makeProfile({ btf: SOURCES.btf });
  deepEqual([modules, symbols, config], [undefined, undefined, undefined]);
  deepEqual(makeProfile({ btf: SOURCES.btf, modules: [] }).modules, []);
});

Deno.test("profileFromFile() gives back what profileToFile() wrote, compressed or not", async () => {
  for (const sources of [SOURCES, { btf: SOURCES.btf, name: "small" }]) {
    const profile = makeProfile(sources);
    const file = await profileToFile(profile);
    deepEqual(await profileFromFile(file), profile);
    deepEqual(await profileToFile(profile), file);
    const plain = await new Response(
      new Blob([file]).stream().pipeThrough(new DecompressionStream("gzip")),
    ).bytes();
    deepEqual(await profileFromFile(plain), profile);
  }
});

const HOST = {
  architecture: "x86_64",
  hasJit: true,
  libbpf: "1.5.0",
  libxdp: null,
  programTypes: [
    { name: "fentry", type: 26, attachType: 24, isLoadable: false, why: "it is refused" },
    { name: "xdp", type: 6, attachType: 0, isLoadable: true, why: null },
  ],
};

Deno.test("a file of facts keeps what the kernel answered", async () => {
  const profile = { ...makeProfile(SOURCES), host: HOST };
  deepEqual(await profileFromFile(await profileToFile(profile)), profile);
});

Deno.test("profileFromFile() refuses what is no file of facts", async () => {
  const encoder = new TextEncoder();
  const head = '{"format":"bpfman-kernel-facts","version":1,"name":"a","release":"b"';
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [encoder.encode("{"), /no JSON/],
    [encoder.encode("[]"), /no object/],
    [encoder.encode('{"format":"other"}'), /format/],
    [encoder.encode('{"format":"bpfman-kernel-facts","version":2}'), /version 2/],
    [encoder.encode(`${head}}`), /"btf" is no text/],
    [encoder.encode(`${head},"btf":"?"}`), /no base64/],
    [encoder.encode(`${head},"btf":"","symbols":{}}`), /"symbols" is no list/],
    [encoder.encode(`${head},"btf":"","modules":[1]}`), /module is no object/],
    [encoder.encode(`${head},"btf":"","host":{}}`), /"host" is no record/],
    [
      encoder.encode(
        `${head},"btf":"","host":${JSON.stringify({ ...HOST, programTypes: [{ name: "xdp" }] })}}`,
      ),
      /"host" is no record/,
    ],
    [Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3), /compression is damaged/],
  ];
  for (const [bytes, message] of cases) {
    await rejects(profileFromFile(bytes), { name: "BytecodeError", message });
  }
});

Deno.test("btfFacts() reads what this machine's kernel offers", () => {
  const facts = btfFacts(readBtf(Deno.readFileSync("/sys/kernel/btf/vmlinux")));
  // the list of helpers has been closed since Linux 6.2
  equal(facts.lastHelper, 211);
  equal(facts.programTypes.get(6), "xdp");
  equal(facts.programTypes.get(3), "sched_cls");
  equal(facts.mapTypes.get(27), "ringbuf");
  equal(facts.attachTypes.get(37), "xdp");
  ok(facts.tracepoints.includes("sched_switch"));
  ok(facts.lsmHooks.includes("file_open"));
  ok(facts.structOps.includes("tcp_congestion_ops"));
});
