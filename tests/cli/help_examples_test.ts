/**
 * Every example of help is run as it stands, or the table says why it cannot be.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { COMMANDS } from "../../cli/commands/mod.ts";
import { ROOT_EXAMPLES } from "../../cli/output/help.ts";
import { HelpScene } from "../support/help_scene.ts";
import { kernelTest } from "../support/requires.ts";
import { NOT_RUN } from "./help_not_run.ts";
import { BEGINNING, BESIDE, CHANGES, END, type Step, STORY } from "./help_story.ts";

function exampleLines(): string[] {
  return COMMANDS.flatMap(({ examples }) => examples.map(({ command }) => command));
}

Deno.test("every example of help is in the story or has a reason, and no other line is", () => {
  const examples = exampleLines();
  const told = STORY.flat().filter(({ isBetween }) => isBetween !== true).map(({ line }) => line);
  const reasons = Object.keys(NOT_RUN);
  const all = [...told, ...reasons];
  deepEqual(examples.filter((line) => !all.includes(line)), [], "neither run nor excused");
  deepEqual(all.filter((line) => !examples.includes(line)), [], "no example of help");
  deepEqual(told.filter((line) => reasons.includes(line)), [], "run and excused");
  equal(new Set(all).size, all.length, "a line is there twice");
  const run = STORY.flat().map(({ line }) => line);
  const first = ROOT_EXAMPLES.filter((line) => !line.startsWith("#"));
  deepEqual(first.filter((line) => !run.includes(line)), [], "of the tool as a whole");
});

/** Finds the words that differ from machine to machine. */
async function wordFor(scene: HelpScene, what: string): Promise<string> {
  const [kind = "", name = ""] = what.split(" ");
  if (kind === "pid") return `${Deno.pid}`;
  if (kind === "folder") return scene.path;
  if (kind === "no") return "4294967295";
  if (kind === "generation") return "1";
  if (kind === "head") return (await scene.run("bpfman audit head")).stdout.trim();
  if (kind === "namespace") return await scene.namespace();
  if (kind === "interface") return await scene.interfaceIndex("eth0");
  const state = await scene.state();
  if (kind === "link") return `${Math.max(...state.links.keys())}`;
  const program = [...state.programs.values()].findLast((row) => row.name === name);
  if (program === undefined) throw new Error(`Cannot find program "${name}": it is not loaded`);
  return `${program.programId}`;
}

async function runStep(scene: HelpScene, step: Step): Promise<void> {
  if (step.manifest !== undefined) scene.changeManifest(step.manifest);
  const words = await Promise.all(
    step.line.split(" ").map(async (word) => {
      const what = step.as?.[word];
      return what === undefined ? word : await wordFor(scene, what);
    }),
  );
  const { code, stdout, stderr } = await scene.run(words.join(" "));
  equal(code, step.code ?? 0, `${step.line}: ${stderr}${stdout}`);
  if (step.prints !== undefined) match(stdout, step.prints, step.line);
}

/** Runs a story, steps of one list side by side, a few at once. */
async function tell(scene: HelpScene, story: typeof STORY, atOnce = 1): Promise<void> {
  for (const steps of story) {
    const left = [...steps];
    await Promise.all(Array.from({ length: atOnce }, async () => {
      for (let step = left.shift(); step !== undefined; step = left.shift()) {
        await runStep(scene, step);
      }
    }));
  }
}

kernelTest("the examples of help do what they say", ["root", "bpffs"], async () => {
  await using scene = await HelpScene.make();
  await tell(scene, BEGINNING, 2);
  const both = await Promise.allSettled([tell(scene, BESIDE, 2), tell(scene, CHANGES, 2)]);
  const failed = both.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  await tell(scene, END);
});
