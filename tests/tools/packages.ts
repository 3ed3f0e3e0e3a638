/**
 * The Debian packages that this project uses, by what for. Data only: setup.ts installs them.
 *
 * @module
 */

import { WASM_PACKAGES } from "../../bytecode-tools/wasm/build.ts";
import { ORACLE_PACKAGES } from "../wasm/native_oracle.ts";
import { TRUTH_PACKAGES } from "../truth/objects.ts";
import { VM_PACKAGES } from "../vm/packages.ts";

/** Groups that can be asked for on the command line of setup.ts. */
export const PACKAGE_GROUPS = {
  /** What the product itself needs. */
  runtime: ["libbpf1", "libxdp1", "iproute2"],
  /** What the demo uses besides: ping makes its traffic, bpftool reads the counters. */
  demo: ["bpftool", "iputils-ping"],
  /** What compiling the eBPF fixtures takes. */
  build: ["clang-19", "llvm-19", "lld-19", "libbpf-dev", "linux-libc-dev"],
  /** What building the WebAssembly module of the bytecode tools takes. */
  wasm: WASM_PACKAGES,
  /** What the bytecode tools are compared with: native libbpf, readers of Debian. */
  oracle: [...ORACLE_PACKAGES, "bpftool", "llvm-19", "xdp-tools"],
  /** What the tests look with and measure with, and what boots the virtual machines. */
  test: [
    "bpftool",
    "chromium",
    "debootstrap",
    "fish",
    "groff-base",
    "hyperfine",
    "iputils-ping",
    "libcap2-bin",
    "make",
    "netcat-openbsd",
    "strace",
    "systemd",
    "tmux",
    "xdp-tools",
    "zsh",
    ...VM_PACKAGES,
  ],
  /** The registry of others that the demo can go through. */
  registry: ["docker-registry"],
  /** Other clients of images and layouts, and what makes certificates. */
  images: ["openssl", "skopeo", "umoci"],
  /**
   * What runs the single file for arm64: the emulator (12 MB, 98 MB installed) with the C library
   * and the unwinder of that architecture (1 MB).
   */
  arm: ["libc6-arm64-cross", "libgcc-s1-arm64-cross", "qemu-user"],
  /** What predictions are compared on. */
  truth: TRUTH_PACKAGES,
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Name of a group of Debian packages. */
export type PackageGroup = keyof typeof PACKAGE_GROUPS;

/** True when `word` names a group. */
export function isPackageGroup(word: string): word is PackageGroup {
  return Object.hasOwn(PACKAGE_GROUPS, word);
}

/** The packages of the groups, each once, sorted. */
export function packagesOf(groups: readonly PackageGroup[]): string[] {
  return [...new Set<string>(groups.flatMap((group) => PACKAGE_GROUPS[group]))].sort();
}
