/**
 * A runtime directory whose state a test damages, and looks at from outside.
 *
 * @module
 */
import type { StatusFinding, StatusHolder } from "../../core/types.ts";
import type { LinkRecord, ProgramRecord } from "../../core/types.ts";
import { readSnapshot } from "../../core/store/snapshot.ts";
import { openKernel } from "../../ffi/mod.ts";
import { Cli, type CliPlace } from "./cli.ts";
import { must, type ProgramResult } from "./must.ts";
import { Workspace } from "./workspace.ts";

/** What `status -o json` prints. */
export interface StatusJson {
  readonly status: "fine" | "drift" | "changing";
  readonly findings: readonly StatusFinding[];
  readonly changing: StatusHolder | null;
}

/** A program on a tracepoint. */
export interface Running {
  readonly id: string;
  readonly link: string;
  readonly kernelLinkId: number;
}

/** What becomes of rows; what is left out stays. */
export interface Forgery {
  readonly bootId?: string;
  readonly program?: (row: ProgramRecord) => ProgramRecord;
  readonly link?: (row: LinkRecord) => LinkRecord;
}

const PLACE = ["tracepoint", "--tracepoint", "syscalls/sys_enter_openat"];

/** A runtime directory, and the tool on it. */
export class StateScene implements AsyncDisposable {
  readonly workspace: Workspace;
  readonly cli: Cli;

  private constructor(workspace: Workspace, place: CliPlace | undefined) {
    this.workspace = workspace;
    this.cli = new Cli(workspace, place);
  }

  /** Makes an empty one; where nothing else is said, the tool runs in its jail, besides in emulation. */
  static async make(place?: CliPlace): Promise<StateScene> {
    return new StateScene(await Workspace.make(), place);
  }

  /** Loads a program and puts it on a tracepoint. */
  async loadAndAttach(): Promise<Running> {
    const [loaded] = await this.cli.load("tracepoint_counter", "tracepoint:count_openat");
    const id = must(loaded, "program").record.program_id;
    const { record } = await this.cli.attach(id, ...PLACE);
    return {
      id: String(id),
      link: String(record.id),
      kernelLinkId: must(record.kernel_link_id, "kernel link"),
    };
  }

  /** Asks for the status. */
  async status(): Promise<{ readonly code: number; readonly json: StatusJson }> {
    const result: ProgramResult = await this.cli.run(["status", "-o", "json"]);
    if (result.stdout === "") throw new Error(`Cannot read the status: ${result.stderr}`);
    return { code: result.code, json: JSON.parse(result.stdout) };
  }

  /** Codes of what the status names, sorted; the exit code must say the same. */
  async codes(): Promise<string[]> {
    const { code, json } = await this.status();
    const drifted = json.findings.some(({ severity }) => severity === "drift");
    if (code !== (drifted ? 8 : 0)) throw new Error(`Cannot believe exit code ${code}`);
    return json.findings.map((finding) => finding.code).sort();
  }

  /** Every file outside of the bpffs, with its inode and time. */
  files(folder = this.workspace.path): string[] {
    return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
      const path = `${folder}/${name}`;
      if (path === this.workspace.bpffs) return [];
      const { ino, mtime } = Deno.lstatSync(path);
      return [`${path} ${ino} ${mtime?.getTime()}`, ...(isDirectory ? this.files(path) : [])];
    }).sort();
  }

  /** The rows as the readers' file has them. */
  rows() {
    const { programs, links, bootId } = readSnapshot(`${this.workspace.path}/db/state.json`);
    return { programs: [...programs.values()], links: [...links.values()], bootId };
  }

  /** Changes the rows behind the tool's back, in the database and in the files beside it. */
  async forge({ bootId, program = (row) => row, link = (row) => row }: Forgery): Promise<void> {
    const { path } = this.workspace;
    {
      using kv = await Deno.openKv(`${path}/db/store.kv`);
      if (bootId !== undefined) await kv.set(["meta", "bootId"], bootId);
      const rows = await Array.fromAsync(kv.list<ProgramRecord>({ prefix: ["program"] }));
      for (const { key, value } of rows) {
        await kv.delete(key);
        const forged = program(value);
        await kv.set(["program", forged.programId], forged);
      }
      for (const row of await Array.fromAsync(kv.list<LinkRecord>({ prefix: ["link"] }))) {
        await kv.set(row.key, link(row.value));
      }
    }
    for (const file of [`${path}/db/state.json`, `${path}/rows.json`]) {
      const state = JSON.parse(Deno.readTextFileSync(file));
      const forged = {
        ...state,
        programs: state.programs.map(program),
        links: state.links.map(link),
        bootId: bootId ?? state.bootId,
      };
      Deno.writeTextFileSync(file, `${JSON.stringify(forged)}\n`);
    }
  }

  /** True while the kernel has the link and its program. */
  isRunning({ id, kernelLinkId }: Running): boolean {
    const { bpf } = openKernel();
    return bpf.programInfo(Number(id)) !== null &&
      bpf.linkInfo(kernelLinkId)?.programId === Number(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.workspace[Symbol.asyncDispose]();
  }
}
