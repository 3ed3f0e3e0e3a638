/**
 * A session at a terminal, as a person has it: tables that fit, colours, completion, a line that
 * says what is waited for and goes away.
 *
 * @module
 */
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { QUIET } from "../support/netns.ts";
import { must } from "../support/must.ts";
import { kernelTest } from "../support/requires.ts";
import { Sandbox } from "../support/sandbox.ts";
import { Tmux } from "../support/tmux.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const OBJECT = `${ROOT}tests/fixtures/xdp_counter.bpf.o`;

/** The tool as a word of the shell, where it looks at TERM alone for colour. */
const SETUP = `
unset NO_COLOR PROMPT_COMMAND
HISTFILE=
bpfman() { ${Deno.execPath()} run -A -q ${ROOT}cli/main.ts "$@"; }
eval "$(bpfman completion bash)"
${QUIET}
ip link add v0 type veth peer name v1
`;

const HOLDER = '{"pid":4711,"verb":"attach 63 xdp","since":"2026-01-02T03:04:05.000Z"}';
const HOLD = `printf '%s' '${HOLDER}' > /run/bpfman/.lock; echo held; exec cat`;

/** What a line of columns has in them. */
function words(line: string | undefined): string[] {
  return (line ?? "").split(/ {2,}/);
}

/** True when a word stands behind a code of colour; tmux may tell of more codes between the two. */
function isPainted(screen: string, code: number, word: string): boolean {
  // deno-lint-ignore no-control-regex
  const codes = /(?:\x1b\[\d*m)*$/;
  return screen.split(word).slice(0, -1)
    .some((before) => codes.exec(before)?.[0].includes(`\x1b[${code}m`));
}

/** Runs a command that has to wait for the lock, and looks at the line that says so. */
async function waitForLock(sandbox: Sandbox, terminal: Tmux, link: string): Promise<void> {
  const hold = ["flock", "/run/bpfman/.lock", "sh", "-c", HOLD];
  const holder = sandbox.command(hold, { stdin: "piped", stdout: "piped" }).spawn();
  const reader = holder.stdout.getReader();
  await reader.read();
  reader.releaseLock();
  await terminal.start(`bpfman detach ${link} -o name`);
  await terminal.becomes(
    "the line that waits",
    (lines) => lines.some((line) => line.includes("waiting for process 4711 (attach 63 xdp)")),
  );
  await holder.stdin.close();
  await holder.stdout.cancel();
  await holder.status;
  deepStrictEqual(await terminal.end(), [`link/${link}`]);
}

kernelTest(
  "a session at a terminal has tables that fit, colour, completion and progress",
  ["root", "bpffs", "command:tmux"],
  async () => {
    await using sandbox = await Sandbox.create();
    await using terminal = await Tmux.open(sandbox, { columns: 100, rows: 30, setup: SETUP });

    const [loaded] = await terminal.run(
      `bpfman load file ${OBJECT} --programs xdp:xdp_count -o name`,
    );
    const id = must(/^program\/(\d+)$/.exec(loaded ?? "")?.[1], `program in "${loaded}"`);
    const [attached] = await terminal.run(`bpfman attach ${id} xdp v0 --priority 10 -o name`);
    const link = must(/^link\/(\d+)$/.exec(attached ?? "")?.[1], `link in "${attached}"`);

    const programs = await terminal.run("bpfman list programs");
    strictEqual(programs.length, 2);
    deepStrictEqual(words(programs[1]), [id, "xdp", "xdp_count", link]);
    const colours = await terminal.colours();
    ok(isPainted(colours, 1, "PROGRAM ID"), colours);
    ok(isPainted(colours, 36, id), colours);

    await terminal.type("bpfman get program ");
    await terminal.press("Tab");
    const prompt = new RegExp(`^\\d+> bpfman get program ${id}`);
    await terminal.becomes("the completed id", (lines) => prompt.test(lines.at(-1) ?? ""));
    await terminal.press("C-c");
    await terminal.run("true");

    await terminal.resize(60);
    const links = await terminal.run("bpfman list links");
    deepStrictEqual(words(links[0]).slice(0, 1), ["LINK ID"]);
    ok(!links.slice(0, 2).join("\n").includes("KERNEL LINK ID"), links.join("\n"));
    match(links.slice(2).join(" "), /^\(--wide shows more: KERNEL LINK ID.*\)$/);
    const wide = await terminal.run("bpfman list links --wide");
    match(wide.join(""), /KERNEL LINK ID/);
    ok(wide.length > 2, "a wide table was cut");

    const inspected = (await terminal.run(`bpfman inspect ${OBJECT}`)).join("\n");
    for (const word of ["HELPERS, KFUNCS", "get_prandom_u32", "more: SOURCE", "GLOBAL_u64"]) {
      ok(inspected.includes(word), `${word} is not in ${inspected}`);
    }

    const missing = await terminal.run("bpfman get program 4000000000");
    match(missing[0] ?? "", /^bpfman: error: /);
    ok(isPainted(await terminal.colours(), 31, "bpfman: error:"));

    await waitForLock(sandbox, terminal, link);
  },
);
