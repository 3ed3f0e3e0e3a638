/**
 * Runs the steps of a composite GitHub action as a runner does: expressions are filled in, each step
 * is a shell of its own, and files pass on what it gives out.
 *
 * @module
 */
import { parse } from "yaml";
import { ROOT } from "../../support/cli.ts";
import { runProgram, systemPath } from "../../support/must.ts";

interface Step {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<
    Record<string, { readonly default?: string; readonly required?: true }>
  >;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** What became of a run. */
export interface ActionResult {
  /** Names of the steps that ran, in order. */
  readonly ran: readonly string[];
  /** The step that failed; null when none did. */
  readonly failed: string | null;
  readonly outputs: Readonly<Record<string, string>>;
  /** The job's summary, in Markdown. */
  readonly summary: string;
  /** Both streams of all steps. */
  readonly log: string;
}

/** How an action is run. */
export interface ActionOptions {
  /** Folder of the action, from the checkout's root. */
  readonly path: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Folder for the files between steps: empty, or that of another use in the same job. */
  readonly folder: string;
  /** Words of the contexts, such as `github.sha`. */
  readonly words: Readonly<Record<string, string>>;
}

class Run {
  readonly #options: ActionOptions;
  readonly #action: Action;
  readonly #words: Map<string, string>;
  readonly #ran: string[] = [];
  #failed: string | null = null;
  #log = "";

  constructor(options: ActionOptions, action: Action) {
    this.#options = options;
    this.#action = action;
    this.#words = new Map(Object.entries(options.words));
    for (const [name, { default: usual }] of Object.entries(action.inputs)) {
      const value = options.inputs[name] ?? usual;
      if (value === undefined) throw new Error(`Cannot run the action: it needs "${name}"`);
      this.#words.set(`inputs.${name}`, value);
    }
    const unknown = Object.keys(options.inputs).filter((name) => !(name in action.inputs));
    if (unknown.length > 0) throw new Error(`Cannot run the action: it has no input ${unknown}`);
  }

  #word(name: string): string {
    const word = this.#words.get(name);
    if (word === undefined) throw new Error(`Cannot run the action: nothing is called "${name}"`);
    return word;
  }

  #fill(text: string): string {
    return text.replace(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (_, name: string) => this.#word(name));
  }

  #isWanted({ if: condition }: Step): boolean {
    if (condition === "always()") return true;
    if (this.#failed !== null) return false;
    if (condition === undefined) return true;
    const [, name = "", sign, value] = /^([\w.-]+) (==|!=) '(.*)'$/.exec(condition) ?? [];
    return (this.#word(name) === value) === (sign === "==");
  }

  async #runStep(step: Step): Promise<void> {
    const { folder, path } = this.#options;
    const file = (name: string): string => `${folder}/${name}`;
    Deno.writeTextFileSync(file("output"), "");
    const env = Object.entries(step.env ?? {}).map(([name, text]) => [name, this.#fill(text)]);
    const { code, stdout, stderr } = await runProgram("bash", ["-eo", "pipefail", "-c", step.run], {
      cwd: ROOT,
      env: {
        PATH: systemPath(),
        NO_COLOR: "1",
        GITHUB_ACTION_PATH: `${ROOT}${path}`,
        GITHUB_OUTPUT: file("output"),
        GITHUB_STEP_SUMMARY: file("summary"),
        GITHUB_PATH: file("path"),
        RUNNER_TEMP: file("temp"),
        ...Object.fromEntries(env),
      },
    });
    this.#ran.push(step.name);
    this.#log += stdout + stderr;
    if (code !== 0) this.#failed ??= step.name;
    for (const line of Deno.readTextFileSync(file("output")).split("\n")) {
      const [name, value] = line.split("=", 2);
      if (value !== undefined) this.#words.set(`steps.${step.id}.outputs.${name}`, value);
    }
  }

  async run(): Promise<ActionResult> {
    Deno.mkdirSync(`${this.#options.folder}/temp`, { recursive: true });
    Deno.writeTextFileSync(`${this.#options.folder}/summary`, "");
    for (const step of this.#action.runs.steps) {
      if (this.#isWanted(step)) await this.#runStep(step);
    }
    const outputs = this.#failed !== null ? [] : Object.entries(this.#action.outputs);
    return {
      ran: this.#ran,
      failed: this.#failed,
      outputs: Object.fromEntries(outputs.map(([name, { value }]) => [name, this.#fill(value)])),
      summary: Deno.readTextFileSync(`${this.#options.folder}/summary`),
      log: this.#log,
    };
  }
}

/** Runs an action from its first step to its last. */
export function runAction(options: ActionOptions): Promise<ActionResult> {
  const text = Deno.readTextFileSync(`${ROOT}${options.path}/action.yml`);
  const action: Action = parse(text);
  return new Run(options, action).run();
}
