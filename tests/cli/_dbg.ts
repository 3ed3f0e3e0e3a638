/**
 * Every example of help is run as it stands, or the table says why it cannot be.
 *
 * @module
 */
import { deepEqual, equal, match } from "node:assert/strict";
import { COMMANDS } from "../../cli/commands/mod.ts";
import { HelpScene } from "../support/help_scene.ts";
import { kernelTest } from "../support/requires.ts";
import { NOT_RUN, type Step, STORY } from "./help_story.ts";

/** How many commands run side by side. */
const AT_ONCE = 3;

function exampleLines(): string[] {
  return COMMANDS.flatMap(({ examples }) => examples.map(({ command }) => command));
}


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
  if (program === undefined) throw new Error(`there is no program ${name}`);
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

/** Runs steps side by side, a few at once. */
async function runTogether(scene: HelpScene, steps: readonly Step[]): Promise<void> {
  const left = [...steps];
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    for (let step = left.shift(); step !== undefined; step = left.shift()) {
      await runStep(scene, step);
    }
  }));
}

await using scene = await HelpScene.make();
const t0=Date.now();
for (const steps of STORY) { const left=[...steps]; await Promise.all(Array.from({length:AT_ONCE}, async()=>{ for(let s=left.shift();s;s=left.shift()){ const t=Date.now(); try { await runStep(scene,s); if(Date.now()-t>1500) console.log("SLOW",Date.now()-t,s.line);} catch(e){ console.log("FAIL", s.line, "\n   ", String((e as Error).message).slice(0,600)); } } })); }
console.log("total", Date.now()-t0);
