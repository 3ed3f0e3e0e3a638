/**
 * What builds a new project.
 *
 * @module
 */

/** Rules of make; a template. */
export const MAKEFILE = `# Builds, checks, tests and packs @NAME@. "make help" lists the targets.
CLANG ?= clang
BPFMAN ?= bpfman
IMAGE ?= registry.example/@NAME@:v1
KERNELS ?= --btf /sys/kernel/btf/vmlinux

OBJECT := @NAME@.bpf.o
# where Debian keeps the headers of the architecture
HEADERS := -I/usr/include/$(shell uname -m)-linux-gnu

.PHONY: help build check test image clean

help:
	@echo "build   compile $(OBJECT)"
	@echo "check   look for what is wrong, and whether it loads (KERNELS='--kernel 6.1,6.12')"
	@echo "test    run tests/run.sh (root)"
	@echo "image   pack it as IMAGE=$(IMAGE)"
	@echo "clean   remove what was made"

build: $(OBJECT)

%.bpf.o: %.bpf.c
	$(CLANG) -g -O2 -Wall -Wextra -Werror -Wno-unused-parameter \\
		-Wno-incompatible-library-redeclaration -target bpf -mcpu=v3 $(HEADERS) -c $< -o $@

check: $(OBJECT)
	$(BPFMAN) validate $(OBJECT)
	$(BPFMAN) check $(OBJECT) $(KERNELS)

test: $(OBJECT)
	BPFMAN="$(BPFMAN)" tests/run.sh

image: $(OBJECT)
	$(BPFMAN) image build $(IMAGE) $(OBJECT)

clean:
	rm -f $(OBJECT)
`;

/** What git need not know. */
export const GITIGNORE = "*.o\n*.key\n";

/** The same targets for those who say \`deno task\`. */
export function taskFile(): string {
  const targets = ["build", "check", "test", "image", "clean"];
  const tasks = Object.fromEntries(targets.map((target) => [target, `make ${target}`]));
  return `${JSON.stringify({ tasks }, null, 2)}\n`;
}
