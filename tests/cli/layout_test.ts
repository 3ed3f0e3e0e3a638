import { strictEqual } from "node:assert/strict";
import { kernelTypeName } from "../../core/list_foreign.ts";
import { BpfLinkType, LINK_INFO, MAP_INFO, PROG_INFO } from "../../ffi/info.ts";
import { BpfAttachType, BpfProgType } from "../../ffi/mod.ts";
import { KernelBtf } from "../support/kernel_btf.ts";
import { compareKernels, kernelTest } from "../support/requires.ts";

const NEEDS = ["root", "command:bpftool", "file:/sys/kernel/btf/vmlinux"] as const;
let remembered: Promise<KernelBtf> | undefined;

/** The dump takes seconds in software emulation: it is made once. */
function kernelBtf(): Promise<KernelBtf> {
  return remembered ??= KernelBtf.read();
}

/** True when this kernel is as new as that release. */
function isSince(release: string): boolean {
  return compareKernels(Deno.osRelease(), release) >= 0;
}

for (
  const [struct, layout] of Object.entries({ bpf_prog_info: PROG_INFO, bpf_map_info: MAP_INFO })
) {
  kernelTest(`offsets in struct ${struct} are those of this kernel`, NEEDS, async () => {
    const btf = await kernelBtf();
    for (const [member, offset] of Object.entries(layout)) {
      if (member === "size") continue;
      strictEqual(btf.offsetOf(struct, member), offset, member);
    }
  });
}

kernelTest("offsets in struct bpf_link_info are those of this kernel", NEEDS, async () => {
  const btf = await kernelBtf();
  const at = (path: string) => btf.offsetOf("bpf_link_info", path);
  const tail = LINK_INFO.by_type;
  strictEqual(at("type"), LINK_INFO.type);
  strictEqual(at("id"), LINK_INFO.id);
  strictEqual(at("prog_id"), LINK_INFO.prog_id);
  strictEqual(at("tracing.attach_type"), tail);
  strictEqual(at("tracing.target_obj_id"), tail + 4);
  strictEqual(at("tracing.target_btf_id"), tail + 8);
  strictEqual(at("xdp.ifindex"), tail);
  strictEqual(at("tcx.ifindex"), isSince("6.6") ? tail : undefined);
  strictEqual(at("tcx.attach_type"), isSince("6.6") ? tail + 4 : undefined);
  strictEqual(at("netkit.ifindex"), isSince("6.7") ? tail : undefined);
  strictEqual(at("netkit.attach_type"), isSince("6.7") ? tail + 4 : undefined);
});

/** Our words for an enum's values, and the kernel that first has them. */
const ENUMS = [
  { name: "bpf_prog_type", prefix: "BPF_PROG_TYPE_", values: BpfProgType },
  { name: "bpf_attach_type", prefix: "BPF_", values: BpfAttachType },
  { name: "bpf_link_type", prefix: "BPF_LINK_TYPE_", values: BpfLinkType },
] as const;

const LATER: Readonly<Record<string, string>> = {
  TCX_INGRESS: "6.6",
  TCX_EGRESS: "6.6",
  TCX: "6.6",
  NETKIT: "6.7",
};

for (const { name, prefix, values } of ENUMS) {
  kernelTest(`numbers of enum ${name} are those of this kernel`, NEEDS, async () => {
    const btf = await kernelBtf();
    for (const [word, number] of Object.entries(values)) {
      const found = btf.enumValue(name, `${prefix}${word}`);
      const wanted = isSince(LATER[word] ?? "1.0") ? number : undefined;
      strictEqual(found, wanted, word);
    }
  });
}

kernelTest("kernel program types have the kernel's names", NEEDS, async () => {
  const btf = await kernelBtf();
  for (let type = 0; !kernelTypeName(type).startsWith("type "); type++) {
    // bpftool and bpfman write this one out
    const word = kernelTypeName(type) === "extension" ? "ext" : kernelTypeName(type);
    const name = `BPF_PROG_TYPE_${word.toUpperCase()}`;
    const isNew = name === "BPF_PROG_TYPE_NETFILTER";
    const found = btf.enumValue("bpf_prog_type", name);
    strictEqual(found, isNew && !isSince("6.4") ? undefined : type, name);
  }
});
