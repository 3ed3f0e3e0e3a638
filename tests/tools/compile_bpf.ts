/**
 * Compiles C to BPF objects that are the same wherever the checkout is.
 *
 * @module
 */

/** The compiler that made the committed objects; another version may give other bytes. */
export const CLANG = "clang-19";
const STRIP = "llvm-strip-19";

/** Runs a program in a folder and throws with what it printed when it fails. */
async function run(folder: string, command: string, args: readonly string[]): Promise<void> {
  const child = new Deno.Command(command, { args: [...args], cwd: folder, stderr: "piped" });
  const { code, stderr } = await child.output();
  if (code === 0) return;
  const said = new TextDecoder().decode(stderr).trimEnd();
  throw new Error(`Cannot run "${command}": exit code ${code}\n${said}`);
}

/**
 * Compiles one source to `target`. The source is named relative to its folder and the folder is
 * mapped away, so that a checkout elsewhere gives the same bytes; DWARF goes, BTF stays.
 *
 * @param folder Absolute path of the source's folder.
 * @param name Name of the source without `.bpf.c`.
 * @param target Path of the object.
 */
export async function compileObject(folder: string, name: string, target: string): Promise<void> {
  await run(folder, CLANG, [
    ..."-g -O2 -Wall -Wextra -Wno-unused-parameter -Werror -target bpf -mcpu=v3".split(" "),
    `-ffile-prefix-map=${folder.replace(/\/$/, "")}=.`,
    `-I/usr/include/${Deno.build.arch}-linux-gnu`,
    "-c",
    `${name}.bpf.c`,
    "-o",
    target,
  ]);
  await run(folder, STRIP, ["-g", target]);
}
