/**
 * Completions in real shells: a TAB in bash and zsh at a terminal, and fish's own question.
 *
 * @module
 */
import { equal, match } from "node:assert/strict";
import { completionScript } from "../../cli/completion/script.ts";
import type { Shell } from "../../cli/completion/types.ts";
import { Screen } from "../support/screen.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const OBJECT = "tests/fixtures/many.bpf.o";

/** A folder with the tool, the scripts of the shells and some files. */
interface Scene extends Disposable {
  readonly path: string;
  readonly env: Record<string, string>;
}

function makeScene(): Scene {
  const path = Deno.makeTempDirSync({ prefix: "bpfman-completion-" });
  const write = (name: string, text: string) => Deno.writeTextFileSync(`${path}/${name}`, text);
  write("bpfman", `#!/bin/sh\nexec ${Deno.execPath()} run -A ${ROOT}cli/main.ts "$@"\n`);
  Deno.chmodSync(`${path}/bpfman`, 0o755);
  for (const shell of ["bash", "zsh", "fish"] satisfies Shell[]) {
    write(`script.${shell}`, completionScript(shell));
  }
  Deno.mkdirSync(`${path}/my files`);
  write("my files/only.o", "");
  const env = {
    PATH: `${path}:${Deno.env.get("PATH") ?? ""}`,
    BPFMAN_RUNTIME_DIR: `${path}/run`,
    PS1: "> ",
  };
  return { path, env, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** One line that is typed, and what it is after a TAB. */
type Typed = readonly [line: string, completed: string];

/** Lines whose completion is one word, in every shell. */
function typedLines(path: string): readonly Typed[] {
  return [
    ["bpfman completion f", "bpfman completion fish"],
    ["bpfman attach 6 xdp --mode=n", "bpfman attach 6 xdp --mode=native"],
    [
      "bpfman attach 6 xdp lo --proceed-on pass,red",
      "bpfman attach 6 xdp lo --proceed-on pass,redirect",
    ],
    [
      `bpfman load file ${OBJECT} --programs xdp:xdp_f`,
      `bpfman load file ${OBJECT} --programs xdp:xdp_first`,
    ],
    [
      `bpfman policy why load file ${OBJECT} --programs xdp:xdp_f`,
      `bpfman policy why load file ${OBJECT} --programs xdp:xdp_first`,
    ],
    [`bpfman load file --path=${path}/m`, `bpfman load file --path=${path}/my\\ files/`],
    [
      "bpfman --runtime-dir /x attach 6 tcx lo in",
      "bpfman --runtime-dir /x attach 6 tcx lo ingress",
    ],
  ];
}

/** The line that the cursor is in: the last that is not empty, put together where it is too long. */
function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}

async function tryShell(shell: Shell, command: readonly string[], setup: string): Promise<void> {
  using scene = makeScene();
  await using screen = await Screen.open({ command, env: scene.env, columns: 200 });
  await screen.until((text) => lastLine(text) !== "", "a prompt");
  await screen.type(
    `${setup.replace("SCRIPT", `${scene.path}/script.${shell}`)}; cd ${ROOT}; clear`,
  );
  await screen.press("Enter");
  await screen.until((text) => /^> *$/.test(text.trimEnd()), "an empty screen");
  for (const [line, completed] of typedLines(scene.path)) {
    await screen.type(line);
    await screen.until((text) => lastLine(text) === `> ${line}`, line);
    await screen.press("Tab");
    await screen.until((text) => lastLine(text) === `> ${completed}`, `"> ${completed}"`);
    // away with the line, without a new prompt
    await screen.press("C-a", "C-k");
    await screen.until((text) => lastLine(text).trim() === ">", "an empty line");
  }
}

Deno.test("a TAB in bash completes commands, lists, pairs, options and files", async () => {
  await tryShell("bash", ["bash", "--norc", "--noprofile", "-i"], "PS1='> '; source SCRIPT");
});

Deno.test("a TAB in zsh completes commands, lists, pairs, options and files", async () => {
  // npm tells its children EDITOR=vi, which zsh takes for a wish for vi's keys
  const setup = "bindkey -e; PS1='> '; autoload -Uz compinit && compinit -u -D; source SCRIPT";
  await tryShell("zsh", ["zsh", "-f", "-i"], setup);
});

/** A tool whose only answers are names that shells do something with. */
const ODD_TOOL = `#!/bin/sh
printf 'none 0 space\\n'
typed=\${4#\\"}
for word in "my app" 'cost$HOME' "it's;one"; do
  case $word in "$typed"*) printf '%s\\n' "$word" ;; esac
done
`;

for (
  const [shell, command, setup] of [
    ["bash", ["bash", "--norc", "--noprofile", "-i"], "PS1='> '"],
    ["zsh", ["zsh", "-f", "-i"], "bindkey -e; PS1='> '; autoload -Uz compinit && compinit -u -D"],
  ] as const
) {
  Deno.test(`a TAB in ${shell} quotes what names have that a shell would act on`, async () => {
    using scene = makeScene();
    Deno.writeTextFileSync(`${scene.path}/bpfman`, ODD_TOOL);
    await using screen = await Screen.open({ command, env: scene.env, columns: 200 });
    await screen.until((text) => lastLine(text) !== "", "a prompt");
    await screen.type(`${setup}; source ${scene.path}/script.${shell}; clear`);
    await screen.press("Enter");
    await screen.until((text) => /^> *$/.test(text.trimEnd()), "an empty screen");
    const typed = [
      ["bpfman m", "bpfman my\\ app"],
      ["bpfman c", "bpfman cost\\$HOME"],
      ["bpfman i", "bpfman it\\'s\\;one"],
      ['bpfman "m', 'bpfman "my app"'],
    ] as const;
    for (const [line, completed] of typed) {
      await screen.type(line);
      await screen.until((text) => lastLine(text) === `> ${line}`, line);
      await screen.press("Tab");
      await screen.until((text) => lastLine(text) === `> ${completed}`, `"> ${completed}"`);
      await screen.press("C-a", "C-k");
      await screen.until((text) => lastLine(text).trim() === ">", "an empty line");
    }
  });
}

Deno.test("two TABs in bash show ids with what they are, and change nothing", async () => {
  using scene = makeScene();
  const env = scene.env;
  await using screen = await Screen.open({
    command: ["bash", "--norc", "--noprofile", "-i"],
    env,
    columns: 200,
  });
  await screen.until((text) => lastLine(text) !== "", "a prompt");
  await screen.type(`PS1='> '; source ${scene.path}/script.bash; clear`);
  await screen.press("Enter");
  await screen.until((text) => /^> *$/.test(text.trimEnd()), "an empty screen");
  await screen.type("bpfman audit ");
  await screen.press("Tab", "Tab");
  const text = await screen.until((text) => text.includes("(Tell whether"), "descriptions");
  match(text, /^list {2}\(List who tried to change what\)/m);
  equal(text.split("\n")[0], "> bpfman audit");
});

Deno.test("fish completes commands with descriptions, lists, pairs, options and files", async () => {
  using scene = makeScene();
  const asked: readonly (readonly [line: string, answer: RegExp])[] = [
    ["bpfman get p", /^program\tShow one program$/],
    ["bpfman attach 6 xdp --mode=n", /^--mode=native$/],
    ["bpfman attach 6 xdp lo --proceed-on pass,red", /^pass,redirect$/],
    [`bpfman load file ${OBJECT} --programs xdp:xdp_f`, /^xdp:xdp_first\txdp$/],
    [`bpfman policy why load file ${OBJECT} --programs xdp:xdp_f`, /^xdp:xdp_first\txdp$/],
    [`bpfman load file --path=${scene.path}/m`, /^--path=.*\/my files\/$/],
    ["bpfman nosuch ", /^$/],
  ];
  const lines = asked.map(([line]) => `complete -C '${line}'; echo END`);
  const { code, stdout, stderr } = await new Deno.Command("fish", {
    args: ["--no-config", "-c", [`source ${scene.path}/script.fish`, ...lines].join("\n")],
    env: scene.env,
    cwd: ROOT,
  }).output();
  const decoder = new TextDecoder();
  equal(code, 0, decoder.decode(stderr));
  const answers = decoder.decode(stdout).split("END\n");
  asked.forEach(([line, answer], at) => match((answers[at] ?? "").trim(), answer, line));
});

Deno.test("who may read nothing is told nothing, and that is no failure", async () => {
  for (const line of [["attach", "6", "xdp", ""], ["get", "program", ""], ["inspect", "x", "-"]]) {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", `--allow-read=${ROOT}`, `${ROOT}cli/main.ts`],
        ...["__complete", "zsh", "--", ...line],
      ],
    }).output();
    const decoder = new TextDecoder();
    equal(decoder.decode(stderr), "");
    equal(code, 0);
    match(decoder.decode(stdout), /^none 0 space\n/);
  }
});
