/**
 * A log in a folder of its own, and attempts to fill it with.
 *
 * @module
 */
import { appendAttempt } from "../../core/audit/append.ts";
import { readEntries } from "../../core/audit/read.ts";
import type { AuditAttempt, AuditEntry, AuditHead, AuditPlace } from "../../core/audit/types.ts";
import { verifyLog } from "../../core/audit/verify.ts";
import type { Workspace } from "./workspace.ts";

/** An attempt with something of its own. */
export function sampleAttempt(more: Partial<AuditAttempt> = {}): AuditAttempt {
  return {
    time: "2026-03-01T10:00:00.000Z",
    who: { uid: 0, user: "root", via: null, login: 1000, account: null },
    verb: "load file",
    command: `sha256:${"0".repeat(64)}`,
    source: { kind: "file", path: "/srv/pass.o" },
    object: `sha256:${"1".repeat(64)}`,
    signer: null,
    rule: null,
    result: "done",
    error: null,
    programs: [63],
    links: [],
    capabilities: [{ name: "CAP_BPF", ms: 3.25, times: 2 }],
    ...more,
  };
}

/** A log that vanishes with its folder. */
export class AuditScene implements Disposable {
  readonly folder: string;
  readonly place: AuditPlace;

  constructor(maxBytes?: number) {
    this.folder = Deno.makeTempDirSync({ prefix: "bpfman-audit-" });
    this.place = {
      file: `${this.folder}/log/audit.jsonl`,
      head: `${this.folder}/store/audit_head.json`,
      ...(maxBytes === undefined ? {} : { maxBytes }),
    };
  }

  append(more: Partial<AuditAttempt> = {}): Promise<AuditHead> {
    return appendAttempt(this.place, sampleAttempt(more));
  }

  async fill(count: number): Promise<void> {
    for (let id = 1; id <= count; id++) await this.append({ programs: [id] });
  }

  read(): Uint8Array {
    return Deno.readFileSync(this.place.file);
  }

  write(bytes: Uint8Array | string): void {
    const content = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
    Deno.writeFileSync(this.place.file, content);
  }

  lines(): string[] {
    return new TextDecoder().decode(this.read()).split("\n").slice(0, -1);
  }

  writeLines(lines: readonly string[]): void {
    this.write(lines.map((line) => `${line}\n`).join(""));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

/** The entries of a workspace's log, which must be whole. */
export async function written({ path }: Workspace): Promise<readonly AuditEntry[]> {
  const place = { file: `${path}/audit.jsonl`, head: `${path}/db/audit_head.json` };
  const { bad } = await verifyLog(place);
  if (bad !== null) throw new Error(`Cannot go on: the log is broken: ${JSON.stringify(bad)}`);
  return await readEntries(place);
}
