import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { parse } from "yaml";
import config from "../../deno.json" with { type: "json" };
import { RUNTIME_VERSION } from "./compile/runtime.ts";
import { isPackageGroup } from "./packages.ts";
import { ROOT } from "./rings.ts";

const WORKFLOWS = `${ROOT}.github/workflows/`;

/** A step of a job. */
interface Step {
  readonly run?: string;
  readonly uses?: string;
}

/** A job of a workflow. */
interface Job {
  readonly needs?: readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly Step[];
}

/** A workflow, as far as it is looked at. */
interface Workflow {
  readonly name: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = [...Deno.readDirSync(WORKFLOWS)].map(({ name }): [string, Workflow] => [
  name,
  parse(Deno.readTextFileSync(`${WORKFLOWS}${name}`), { strict: true }),
]);

function jobsOf(workflow: Workflow): [string, Job][] {
  return Object.entries(workflow.jobs);
}

/** Shell texts of a workflow, and of the script that it shares with developers. */
function scriptsOf(workflow: Workflow): string[] {
  const scripts = jobsOf(workflow).flatMap(([, job]) => job.steps.map(({ run }) => run ?? ""));
  return scripts.flatMap((text) => {
    const files = [...text.matchAll(/\bbash (\S+)/g)].map(([, path = ""]) => path);
    return [text, ...files.map((path) => Deno.readTextFileSync(`${ROOT}${path}`))];
  });
}

/** What a pattern's first group finds in the scripts of a workflow. */
function found(workflow: Workflow, pattern: RegExp): string[] {
  return scriptsOf(workflow).flatMap((text) =>
    [...text.matchAll(pattern)].map(([, word = ""]) => word)
  );
}

Deno.test("there are workflows for changes and for releases", () => {
  deepStrictEqual(workflows.map(([name]) => name).sort(), ["ci.yml", "release.yml"]);
});

for (const [name, workflow] of workflows) {
  Deno.test(`${name} calls tasks that exist, with the pinned Deno`, () => {
    const tasks = found(workflow, /\bdeno(?:@\S+)? task ([\w:-]+)/g);
    ok(tasks.length > 0, "it calls tasks");
    deepStrictEqual(tasks.filter((task) => !Object.hasOwn(config.tasks, task)), []);
    const versions = found(workflow, /\bdeno@(\S+)/g);
    deepStrictEqual([...new Set(versions)], [RUNTIME_VERSION]);
    const plain = found(workflow, /(?:^|[;&|]\s*|\n\s*)(deno )/g);
    deepStrictEqual(plain, [], "no step relies on a Deno of the machine");
  });

  Deno.test(`${name} sets groups of packages up that exist`, () => {
    const words = found(workflow, /\btask setup ([a-z ]+)/g).flatMap((text) =>
      text.trim().split(" ")
    );
    deepStrictEqual(words.filter((word) => !isPackageGroup(word)), []);
  });

  Deno.test(`${name} bounds every job in time, needs jobs that exist, and may only read by default`, () => {
    deepStrictEqual(workflow.permissions, { contents: "read" });
    for (const [id, job] of jobsOf(workflow)) {
      ok((job["timeout-minutes"] ?? 0) > 0, `${id} has an end`);
      for (const needed of job.needs ?? []) ok(Object.hasOwn(workflow.jobs, needed), needed);
      for (const step of job.steps) {
        strictEqual((step.run === undefined) !== (step.uses === undefined), true, id);
        if (step.uses !== undefined) ok(/^(\.\/|[\w-]+\/[\w-]+@v\d)/.test(step.uses), step.uses);
        if (step.uses?.startsWith("./")) ok(Deno.statSync(`${ROOT}${step.uses}`).isDirectory);
      }
    }
  });
}

Deno.test("release.yml tests files that exist, and only what publishes gets a token", () => {
  const release = workflows.find(([name]) => name === "release.yml")?.[1];
  ok(release !== undefined);
  for (const path of found(release, /\btest -A (\S+)/g)) ok(Deno.statSync(`${ROOT}${path}`).isFile);
  const withToken = jobsOf(release).filter(([, job]) => job.permissions?.["id-token"] === "write");
  deepStrictEqual(withToken.map(([id]) => id), ["publish", "jsr"]);
  for (const [, job] of withToken) ok(job.needs?.includes("build"), "nothing untried is published");
});
