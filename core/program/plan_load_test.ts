import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { BpfmanError } from "../errors.ts";
import type { FileLoadRequest, ImageLoadRequest, LoadRequest } from "../types.ts";
import { familyOfSection, PROGRAM_KINDS } from "./kinds.ts";
import { planLoad } from "./plan_load.ts";

function fixture(name: string): string {
  return new URL(`../../tests/fixtures/${name}.bpf.o`, import.meta.url).pathname;
}

const COUNTER: FileLoadRequest = {
  path: fixture("xdp_counter"),
  programs: [{ type: "xdp", name: "xdp_count" }],
};

/** Plans a load that must be refused; returns the refusal. */
async function refusal(request: LoadRequest): Promise<BpfmanError> {
  try {
    await planLoad(request);
  } catch (error) {
    ok(error instanceof BpfmanError, String(error));
    return error;
  }
  throw new Error("Cannot go on: it was not refused");
}

Deno.test("planLoad() gives bytes, digest and licence", async () => {
  const plan = await planLoad(COUNTER);
  deepStrictEqual(plan.bytes, Deno.readFileSync(COUNTER.path));
  const hash = await crypto.subtle.digest("SHA-256", Deno.readFileSync(COUNTER.path));
  strictEqual(plan.digest, `sha256:${new Uint8Array(hash).toHex()}`);
  deepStrictEqual([plan.license, plan.gplCompatible], ["Dual BSD/GPL", true]);
  deepStrictEqual(plan.patches, []);
});

Deno.test("planLoad() finds where each global is", async () => {
  const globals = {
    sampling: new Uint8Array(4),
    GLOBAL_u8: new Uint8Array(1),
    GLOBAL_u32: new Uint8Array(4),
    GLOBAL_u64: new Uint8Array(8),
  };
  const { patches } = await planLoad({ ...COUNTER, globals });
  deepStrictEqual(
    patches.map(({ section, value }) => [section, value.length]),
    [[".rodata", 4], [".data", 1], [".data", 4], [".bss", 8]],
  );
  const [, first, second] = patches;
  ok(first !== undefined && second !== undefined && first.offset !== second.offset);
});

Deno.test("planLoad() takes types of one family for each other", async () => {
  for (const type of ["tc", "tcx"] as const) {
    await planLoad({ path: fixture("tc_ok"), programs: [{ type, name: "tc_ok" }] });
  }
  for (const type of ["uprobe", "uretprobe"] as const) {
    await planLoad({ path: fixture("uprobe_counter"), programs: [{ type, name: "uprobe_count" }] });
  }
});

/** Requests that must be refused: code, and what the message or hint must say. */
const REFUSED: readonly [string, Partial<FileLoadRequest>, string, RegExp][] = [
  ["no program", { programs: [] }, "usage", /No program is named/],
  ["no such file", { path: "/nowhere/x.o" }, "file-not-found", /"\/nowhere\/x\.o" does not exist/],
  ["a folder", { path: "/usr" }, "file-unreadable", /it is a directory/],
  [
    "an unknown program",
    { programs: [{ type: "xdp", name: "xdp_cuont" }] },
    "program-name-unknown",
    /available programs: \[xdp_count\].*Did you mean "xdp_count"\?/s,
  ],
  [
    "another type",
    { programs: [{ type: "tracepoint", name: "xdp_count" }] },
    "program-type-mismatch",
    /its section is "xdp".*xdp:xdp_count/s,
  ],
  [
    "an unknown global",
    { globals: { GLOBAL_u23: new Uint8Array(4) } },
    "global-unknown",
    /"GLOBAL_u23" not found.*available: \[.*sampling.*\].*Did you mean "GLOBAL_u/s,
  ],
  [
    "a global of another size",
    { globals: { GLOBAL_u32: new Uint8Array(2) } },
    "usage",
    /it has 4 byte\(s\), the value has 2.*Give 8 hex digits/s,
  ],
  [
    "a target that is not named",
    { path: fixture("fentry_counter"), programs: [{ type: "fentry", name: "fentry_count" }] },
    "usage",
    /needs the function to attach to.*fentry:fentry_count:FUNCTION/s,
  ],
];

for (const [what, change, code, says] of REFUSED) {
  Deno.test(`planLoad() refuses ${what}`, async () => {
    const error = await refusal({ ...COUNTER, ...change });
    strictEqual(error.code, code);
    match(`${error.message}\n${error.hint}`, says);
  });
}

Deno.test("planLoad() refuses a file that is no object, and says how to make one", async () => {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, "text");
    const error = await refusal({ ...COUNTER, path });
    match(error.code, /^object-/);
    match(error.hint ?? "", /clang/);
  } finally {
    Deno.removeSync(path);
  }
});

Deno.test("familyOfSection() knows the sections that libbpf and we accept", () => {
  const families: Readonly<Record<string, string | null>> = {
    "xdp": "xdp",
    "xdp.frags": "xdp",
    "xdp/pass": "xdp",
    "tc": "tc",
    "tcx/ingress": "tc",
    "classifier": "tc",
    "classifier/x": "tc",
    "tracepoint/sched/sched_switch": "tracepoint",
    "tp/sched/sched_switch": "tracepoint",
    "kprobe/vfs_unlink": "kprobe",
    "kretprobe/vfs_unlink": "kprobe",
    "uprobe": "uprobe",
    "uprobe.s/x": "uprobe",
    "uretprobe//bin/sh:main": "uprobe",
    "fentry/vfs_unlink": "fentry",
    "fexit.s/x": "fexit",
    "lsm/file_open": "lsm",
    "netkit/peer": "tc",
    "raw_tp/x": "raw_tracepoint",
    "raw_tracepoint/x": "raw_tracepoint",
    "tp_btf/x": "other",
    "cgroup_skb/egress": "cgroup_skb",
    "cgroup/skb": "cgroup_skb",
    "cgroup/connect4": "cgroup_sock_addr",
    "cgroup/getpeername6": "cgroup_sock_addr",
    "cgroup/sock_create": "other",
    "perf_event": "perf_event",
    "license": null,
    "my_section": null,
    "tcp_thing": null,
  };
  for (const [section, family] of Object.entries(families)) {
    strictEqual(familyOfSection(section), family, section);
  }
});

Deno.test("every family of a program type is one that a section can have", () => {
  for (const [type, { family }] of Object.entries(PROGRAM_KINDS)) {
    const section = family === "cgroup_sock_addr" ? "cgroup/bind4" : `${family}/x`;
    strictEqual(familyOfSection(section), family, type);
  }
});

/** The object of a fixture as an image gives it. */
async function imageRequest(name: string): Promise<ImageLoadRequest> {
  const bytes = Deno.readFileSync(fixture(name));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const digest = `sha256:${"a".repeat(64)}`;
  return {
    image: {
      reference: "registry.example/net/counter:v1",
      digest,
      manifestDigest: digest,
      pullPolicy: "IfNotPresent",
      form: "labels",
      bytes,
      objectDigest: `sha256:${hash.toHex()}`,
      statement: null,
    },
    programs: COUNTER.programs,
  };
}

Deno.test("planLoad() takes the object of an image and names the image in errors", async () => {
  const request = await imageRequest("xdp_counter");
  const plan = await planLoad(request);
  strictEqual(await plan.digest, request.image.objectDigest);
  const unknown = await refusal({ ...request, programs: [{ type: "xdp", name: "xdp_coun" }] });
  match(unknown.message, /"registry\.example\/net\/counter:v1"/);
});

Deno.test("planLoad() refuses an object of an image that was changed on its way", async () => {
  const request = await imageRequest("xdp_counter");
  const bytes = new Uint8Array(request.image.bytes);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  const error = await refusal({ ...request, image: { ...request.image, bytes } });
  strictEqual(error.code, "image-digest-mismatch");
});
