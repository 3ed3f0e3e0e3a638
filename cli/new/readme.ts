/**
 * The README of a new project.
 *
 * @module
 */
import type { ProjectKind } from "./name.ts";

/** What the README speaks of. */
export interface ReadmeWords {
  readonly kind: ProjectKind;
  readonly name: string;
  /** The C function. */
  readonly program: string;
  /** Arguments of `bpfman attach` after the program's id. */
  readonly attach: string;
  readonly does: string;
}

/** Text of the README. */
export function readme({ kind, name, program, attach, does }: ReadmeWords): string {
  return `# ${name}

An eBPF program of type ${kind} that ${does}.

What building takes: clang, make and the headers of libbpf (Debian: \`clang make libbpf-dev
linux-libc-dev\`). What loading and testing takes: root, bpfman and bpftool.

## Build, check, test

\`\`\`sh
make build   # ${name}.bpf.o
make check   # what is wrong with it, and whether this machine's kernel takes it
make test    # loads it, tries it, takes it away again (root)
\`\`\`

\`make check KERNELS='--kernel 6.1,6.12'\` asks about kernels that do not run here; \`bpfman kernel
add\` stores what is needed to know about them. With Deno, \`deno task build\` and so on are the same.

## Load it

\`\`\`sh
bpfman load file ${name}.bpf.o --programs ${kind}:${program} --application ${name}
bpfman attach "$(bpfman list programs --application ${name} --quiet)" ${attach}
bpfman list links
bpfman unload "$(bpfman list programs --application ${name} --quiet)"
\`\`\`

## Ship it

\`\`\`sh
make image IMAGE=registry.example/${name}:v1
bpfman image sign registry.example/${name}:v1 --key signing.key
bpfman image push registry.example/${name}:v1
\`\`\`

Who loads it names the other half of the key, or has a policy that does:
\`bpfman load image registry.example/${name}:v1 --programs ${kind}:${program} --key signing.pub\`.

| file | what |
| ---- | ---- |
| \`${name}.bpf.c\` | the program |
| \`Makefile\` | how it is built, checked, tested and packed |
| \`deno.json\` | the same as tasks of Deno |
| \`tests/\` | ${
    kind === "xdp" || kind === "tc"
      ? "packets, what the program must return for them, and the script that tries them"
      : "the script that attaches it and looks whether it counts"
  } |
`;
}
