/**
 * The configuration of a kernel: the text in `/boot/config-*` and `/proc/config.gz`.
 *
 * @module
 */
import type { KernelAnswers } from "../wasm/calls.ts";

/** Value of an option; options that are not set are not there. */
export type KernelConfig = ReadonlyMap<string, string>;

const LINE = /^(CONFIG_\w+)=(.*)$/;

/** Reads the options that are set: `y`, `m`, a number, or text without its quotes. */
export function readKconfig(text: string): KernelConfig {
  const options = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [, name, value] = LINE.exec(line.trim()) ?? [];
    if (name === undefined || value === undefined || value === "") continue;
    options.set(name, value.startsWith('"') ? unquote(value) : value);
  }
  return options;
}

function unquote(value: string): string {
  return value.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1");
}

/** Major, minor and patch level as one number, as LINUX_KERNEL_VERSION has them. */
export function kernelVersionNumber(release: string): number | undefined {
  const [, major, minor, patch] = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(release) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  // the kernel's macro gives the patch level one byte and stops counting there
  return Number(major) * 65536 + Number(minor) * 256 + Math.min(Number(patch ?? 0), 255);
}

/** Linux 5.15, commit 82e6b1eee6a8: bpf_link takes a cookie. */
const BPF_COOKIE_VERSION = 5 * 65536 + 15 * 256;

/**
 * What a kernel answers to the kconfig externs of an object.
 *
 * @param text Text of its configuration.
 * @param release As `uname -r` prints it.
 */
export function kernelAnswers(text: string, release: string): KernelAnswers {
  const options = readKconfig(text);
  const version = kernelVersionNumber(release) ?? 0;
  return {
    // comments and empty lines are of no use to libbpf, and options without a value stop it
    config: text.split("\n").filter((line) => LINE.exec(line)?.[2]).join("\n"),
    version,
    hasBpfCookie: version >= BPF_COOKIE_VERSION,
    hasSyscallWrapper: options.get("CONFIG_ARCH_HAS_SYSCALL_WRAPPER") === "y",
  };
}
