/**
 * The files of a new project, from its kind and name.
 *
 * @module
 */
import { functionName } from "./function_name.ts";
import { KINDS } from "./kinds.ts";
import type { ProjectKind } from "./name.ts";
import { GITIGNORE, MAKEFILE, taskFile } from "./build_files.ts";
import { readme } from "./readme.ts";
import { NETWORK_TEST, PROBE_TEST } from "./test_scripts.ts";
import { udpPacket } from "./udp_packet.ts";

/** One file of a project. */
export interface ProjectFile {
  /** Path from the project's folder. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
}

/** The port that the programs of new projects block, and one that they let pass. */
const [BLOCKED_PORT, OTHER_PORT] = [9, 10];
/** Puts words in the places of a template. */
function fill(template: string, words: Readonly<Record<string, string>>): string {
  return template.replace(/@([A-Z_]+)@/g, (place, word: string) => {
    const text = words[word];
    if (text === undefined) throw new TypeError(`Cannot fill "${place}": nothing is given for it`);
    return text;
  });
}

function file(path: string, text: string, isExecutable = false): ProjectFile {
  return { path, bytes: new TextEncoder().encode(text), isExecutable };
}

function testFiles(kind: ProjectKind, words: Readonly<Record<string, string>>): ProjectFile[] {
  const isNetwork = kind === "xdp" || kind === "tc";
  const script = file("tests/run.sh", fill(isNetwork ? NETWORK_TEST : PROBE_TEST, words), true);
  if (!isNetwork) return [script];
  // what the kernel's own test run gives back: XDP_DROP and XDP_PASS, TC_ACT_SHOT and TC_ACT_OK
  const [drop, pass] = kind === "xdp" ? [1, 2] : [2, 0];
  return [
    script,
    file(
      "tests/vectors.txt",
      `# packet, and what the program returns for it\n` +
        `blocked.bin ${drop}\nother.bin ${pass}\n`,
    ),
    { path: "tests/blocked.bin", bytes: udpPacket(BLOCKED_PORT), isExecutable: false },
    { path: "tests/other.bin", bytes: udpPacket(OTHER_PORT), isExecutable: false },
  ];
}

/**
 * The files of a project that builds, loads and passes its test as it is.
 *
 * @param kind What its program hooks into.
 * @param name A name that `isProjectName()` takes.
 */
export function projectFiles(kind: ProjectKind, name: string): ProjectFile[] {
  const { source, program, attach, does } = KINDS[kind];
  const words = {
    ...{ KIND: kind, NAME: name, ATTACH: attach },
    FUNCTION: functionName(kind, name, source),
  };
  return [
    file(`${name}.bpf.c`, fill(source, { ...words, ...program })),
    file("Makefile", fill(MAKEFILE, words)),
    file("deno.json", taskFile()),
    file(".gitignore", GITIGNORE),
    file("README.md", readme({ kind, name, program: words.FUNCTION, attach, does })),
    ...testFiles(kind, words),
  ];
}
