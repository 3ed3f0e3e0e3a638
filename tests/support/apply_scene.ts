/**
 * Applications on a wire of their own: a runtime directory, a data directory, a manager.
 *
 * @module
 */
import type { Manager } from "../../core/api.ts";
import type {
  ApplyApplication,
  ApplyReport,
  ApplyRequest,
  DesiredProgram,
} from "../../core/types.ts";
import { Layout } from "../../core/layout.ts";
import { readSnapshot } from "../../core/store/snapshot.ts";
import type { StoreState } from "../../core/store/state.ts";
import type { AttachTarget, LinkRecord, ProgramRecord, ProgramType } from "../../core/types.ts";
import { fixture } from "./cli.ts";
import { openOn } from "./in_process.ts";
import { must } from "./must.ts";
import { Wire } from "./netns.ts";
import { Workspace } from "./workspace.ts";

/** What one run of a member of chains counts. */
export const STEP = 3;

/** An application, in short. */
export interface AppWords {
  /** Name of the fixture. @default "xdp_member" */
  readonly object?: string;
  /** Names of programs with their places. */
  readonly programs: Readonly<Record<string, readonly AttachTarget[]>>;
  /** @default "xdp" */
  readonly type?: ProgramType;
  /** @default the step of members */
  readonly globals?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

/** The same as the value of a global variable. */
export const STEP_VALUE = new Uint8Array(Uint32Array.of(STEP).buffer).toBase64();

/** Names in the order of the manifest and places of programs, as they are wanted. */
function programsOf({ programs, type = "xdp" }: AppWords): DesiredProgram[] {
  return Object.entries(programs).map(([name, targets]) => ({
    name,
    type,
    links: targets.map((target) => ({ target, metadata: {} })),
  }));
}

/** An application with the object of a fixture. */
export async function application(name: string, words: AppWords): Promise<ApplyApplication> {
  const path = fixture(words.object ?? "xdp_member");
  const bytes = await Deno.readFile(path);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  const objectDigest = `sha256:${new Uint8Array(hash).toHex()}`;
  return {
    desired: {
      name,
      kind: "ClusterBpfApplication",
      labels: words.labels ?? {},
      bytecode: { kind: "file", path },
      globals: words.globals ?? { step: STEP_VALUE },
      programs: programsOf(words),
    },
    declared: {
      source: { kind: "file", path, digest: objectDigest },
      imageDigest: null,
      objectDigest,
      allowedUnsigned: [],
    },
    object: { path, bytes },
  };
}

/** A network, a runtime directory, a data directory. */
export class ApplyScene implements AsyncDisposable {
  readonly workspace: Workspace;
  readonly wire: Wire;
  readonly manager: Manager;
  /** The data directory. */
  readonly data: string;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    parts: Pick<ApplyScene, "workspace" | "wire" | "manager" | "data">,
    stack: AsyncDisposableStack,
  ) {
    this.workspace = parts.workspace;
    this.wire = parts.wire;
    this.manager = parts.manager;
    this.data = parts.data;
    this.#stack = stack;
  }

  /** Makes a scene with nothing applied. */
  static async make(): Promise<ApplyScene> {
    await using stack = new AsyncDisposableStack();
    const workspace = stack.use(await Workspace.make());
    const data = await Deno.makeTempDir({ prefix: "bpfman-data-" });
    stack.defer(() => Deno.remove(data, { recursive: true }));
    const wire = stack.use(await Wire.make());
    const manager = stack.use(await openOn(workspace));
    return new ApplyScene({ workspace, wire, manager, data }, stack.move());
  }

  /** XDP on the near end. */
  xdp(priority: number, more: { readonly proceedOn?: readonly string[] } = {}): AttachTarget {
    const { netns, interface: name } = this.wire.near;
    return { kind: "xdp", interface: name, netns, priority, ...more };
  }

  /** TCX on the near end. */
  tcx(priority: number): AttachTarget {
    const { netns, interface: name } = this.wire.near;
    return { kind: "tcx", interface: name, netns, direction: "ingress", priority };
  }

  /** The request that applies applications. */
  request(
    applications: readonly ApplyApplication[],
    more: Partial<ApplyRequest> = {},
  ): ApplyRequest {
    return {
      applications,
      owner: "default",
      directory: this.data,
      createdBy: "root",
      ...more,
    };
  }

  /** Applies one application. */
  async apply(
    name: string,
    words: AppWords,
    more: Partial<ApplyRequest> = {},
  ): Promise<ApplyReport> {
    return await this.manager.apply(this.request([await application(name, words)], more));
  }

  /** The rows as readers find them. */
  rows(): StoreState {
    return readSnapshot(new Layout(this.workspace.path).snapshot);
  }

  /** The only program of a name. */
  program(name: string): ProgramRecord {
    const found = [...this.rows().programs.values()].filter((row) => row.name === name);
    if (found.length !== 1) throw new Error(`Cannot tell "${name}": there are ${found.length}`);
    return must(found[0], name);
  }

  /** Links in one line each, in the order of their ids. */
  links(): string[] {
    const { links, programs } = this.rows();
    return [...links.values()].map((link) => describe(link, programs.get(link.programId)));
  }

  /** Names of the files of an application's generations. */
  generations(name: string): string[] {
    try {
      const path = `${this.data}/applications/${name}/generations`;
      return [...Deno.readDirSync(path)].map((file) => file.name).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { programId } of await this.manager.listPrograms()) {
      await this.manager.unload(programId);
    }
    await this.#stack.disposeAsync();
  }
}

function describe(
  { id, details, declared }: LinkRecord,
  program: ProgramRecord | undefined,
): string {
  const priority = "priority" in details ? ` ${details.priority}` : "";
  const owner = declared === undefined
    ? "by hand"
    : `${declared.application} ${declared.generation}`;
  return `${id}: ${program?.name} on ${details.kind}${priority}, ${owner}`;
}
