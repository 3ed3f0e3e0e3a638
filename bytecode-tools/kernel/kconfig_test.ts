import { deepEqual, equal } from "node:assert/strict";
import { kernelAnswers, kernelVersionNumber, readKconfig } from "./kconfig.ts";

const TEXT = `#
# Automatically generated file
#
CONFIG_BPF=y
CONFIG_VETH=m
CONFIG_HZ=250
# CONFIG_BPF_KPROBE_OVERRIDE is not set
CONFIG_LSM="landlock,\\"quoted\\",bpf"
CONFIG_EMPTY=
CONFIG_ARCH_HAS_SYSCALL_WRAPPER=y
`;

Deno.test("readKconfig() reads options of every kind", () => {
  deepEqual([...readKconfig(TEXT)], [
    ["CONFIG_BPF", "y"],
    ["CONFIG_VETH", "m"],
    ["CONFIG_HZ", "250"],
    ["CONFIG_LSM", 'landlock,"quoted",bpf'],
    ["CONFIG_ARCH_HAS_SYSCALL_WRAPPER", "y"],
  ]);
});

Deno.test("kernelVersionNumber() packs a release as the kernel's macro does", () => {
  equal(kernelVersionNumber("6.12.107+deb13-amd64"), 0x060c6b);
  equal(kernelVersionNumber("6.1"), 0x060100);
  equal(kernelVersionNumber("4.9.337"), 0x0409ff);
  equal(kernelVersionNumber("six"), undefined);
});

Deno.test("kernelAnswers() keeps the options and drops the rest of the text", () => {
  deepEqual(kernelAnswers("# none\nCONFIG_A=y\n\nCONFIG_B=\nCONFIG_C=1\n", "5.14.0"), {
    config: "CONFIG_A=y\nCONFIG_C=1",
    version: 0x050e00,
    hasBpfCookie: false,
    hasSyscallWrapper: false,
  });
  equal(kernelAnswers(TEXT, "5.15.0").hasBpfCookie, true);
  equal(kernelAnswers(TEXT, "5.15.0").hasSyscallWrapper, true);
});
