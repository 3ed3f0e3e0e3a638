/**
 * The texts that Debian's package tools read. Pure.
 *
 * @module
 */
import type { Target } from "../compile/elf.ts";
import { ENABLED_UNITS, type PlannedFile } from "./plan.ts";

/** How Debian calls the machines. */
export const ARCHITECTURES: Readonly<Record<Target, string>> = {
  x86_64: "amd64",
  aarch64: "arm64",
};

const MAINTAINER = "The bpfman for Deno authors <bpfman@localhost>";

/** What the package is made of. */
export interface ControlOptions {
  readonly version: string;
  readonly target: Target;
  readonly depends: string;
  /** Size of all files in bytes. */
  readonly size: number;
}

/** The file `control`. */
export function controlText({ version, target, depends, size }: ControlOptions): string {
  return `Package: bpfman
Version: ${version}
Architecture: ${ARCHITECTURES[target]}
Maintainer: ${MAINTAINER}
Installed-Size: ${Math.ceil(size / 1024)}
Depends: ${depends}
Suggests: bash-completion, bpftool, iproute2
Section: net
Priority: optional
Description: loads, attaches and looks after eBPF programs
 One program that loads eBPF programs from files and signed images, attaches
 them to interfaces, tracepoints and functions, lets several share one place in
 a chain, remembers what was made, and mends what was interrupted.
 .
 It is one file, with the runtime that it needs inside. Nothing of it keeps
 running.
`;
}

/** The file `conffiles`. */
export function conffilesText(files: readonly PlannedFile[]): string {
  return files.filter(({ kind }) => kind === "configuration").map(({ path }) => `${path}\n`)
    .join("");
}

/** The changelog of the package. */
export function changelogText(version: string, epoch: number): string {
  const date = new Date(epoch * 1000).toUTCString().replace("GMT", "+0000");
  return `bpfman (${version}) unstable; urgency=medium

  * The version of this name, as its sources say.

 -- ${MAINTAINER}  ${date}
`;
}

/** systemd reads units anew; where it does not run, as in a chroot, there is nothing to tell. */
const RELOAD = `if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || true
fi
`;

/** The scripts, each by its name. No unit is enabled or started, and none that runs is stopped. */
export const MAINTAINER_SCRIPTS: Readonly<Record<"postinst" | "prerm" | "postrm", string>> = {
  postinst: `#!/bin/sh
set -e
if [ "$1" = configure ]; then
${indented(RELOAD)}fi
`,
  prerm: `#!/bin/sh
set -e
# what was enabled by hand would be a link to nowhere
if [ "$1" = remove ] && command -v systemctl >/dev/null 2>&1; then
  systemctl --no-reload disable ${ENABLED_UNITS.join(" ")} >/dev/null 2>&1 || true
  if [ -d /run/systemd/system ]; then
    systemctl stop bpfman-status.timer || true
  fi
fi
`,
  postrm: `#!/bin/sh
set -e
${RELOAD}# declared state, images and the log: what "purge" means; what the kernel runs goes on
if [ "$1" = purge ]; then
  rm -rf /var/lib/bpfman /var/log/bpfman
fi
`,
};

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "  ");
}
