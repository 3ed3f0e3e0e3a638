/**
 * A project of `bpfman new`, used as its README says.
 *
 * @module
 */
import { ROOT } from "./cli.ts";
import { CLANG } from "../tools/compile_bpf.ts";
import { mustRun, systemPath } from "./must.ts";
import { Workspace } from "./workspace.ts";

/** A new project in a folder of its own, with a runtime directory and the word `bpfman`. */
export class ProjectScene implements AsyncDisposable {
  /** The project's folder. */
  readonly folder: string;
  readonly #parent: string;
  readonly #workspace: Workspace;

  private constructor(parent: string, name: string, workspace: Workspace) {
    this.#parent = parent;
    this.folder = `${parent}/${name}`;
    this.#workspace = workspace;
  }

  /** Begins a project. */
  static async make(kind: string, name: string): Promise<ProjectScene> {
    const parent = Deno.makeTempDirSync({ prefix: "bpfman-project-" });
    const scene = new ProjectScene(parent, name, await Workspace.make());
    const tool = `#!/bin/sh\nexec ${Deno.execPath()} run -q -A ${ROOT}mod.ts "$@"\n`;
    Deno.writeTextFileSync(`${parent}/bpfman`, tool, { mode: 0o755 });
    await mustRun("sh", ["-euc", `bpfman new ${kind} ${name}`], { cwd: parent, env: scene.env });
    return scene;
  }

  /** Environment of commands: the tool by its name, on directories of this scene. */
  get env(): Record<string, string> {
    return {
      BPFMAN_RUNTIME_DIR: this.#workspace.path,
      BPFMAN_DATA_DIR: `${this.#parent}/data`,
      CLANG,
      PATH: `${this.#parent}:${systemPath()}`,
    };
  }

  /** Runs lines of a shell in the project's folder; they must succeed. */
  run(lines: string, netns = "/proc/self/ns/net"): Promise<string> {
    const args = [`--net=${netns}`, "sh", "-euc", lines];
    return mustRun("nsenter", args, { cwd: this.folder, env: this.env });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workspace[Symbol.asyncDispose]();
    Deno.removeSync(this.#parent, { recursive: true });
  }
}
