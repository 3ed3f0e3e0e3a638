/**
 * One attempt while it is made: whoever learns something of it, writes it down here.
 *
 * @module
 */
import type { Admission, RefusedLoad } from "../admission/types.ts";
import type { Decision, SourceFacts } from "../policy/types.ts";
import type { Signer } from "../signature/types.ts";
import type { ObjectSource } from "../types.ts";
import { digestOfBytes } from "./line.ts";
import type {
  AuditAttempt,
  AuditCapability,
  AuditResult,
  AuditRule,
  AuditSource,
  AuditWho,
} from "./types.ts";

/** What is known when an attempt begins. */
export interface AttemptStart {
  /** Words of the command, such as `load file`. */
  readonly verb: string;
  /** Its arguments; only their digest is kept, as they may hold passwords. */
  readonly args: readonly string[];
  readonly who: AuditWho;
  /** @default the system's clock */
  readonly now?: () => Date;
}

function ruleOf({ allowed, scope, rule, where }: Decision): AuditRule {
  return { allowed, scope, path: rule, where };
}

function sourceOfFacts(facts: SourceFacts): AuditSource {
  if (facts.kind === "file") return { kind: "file", path: facts.path };
  if (facts.kind === "layout") return { kind: "layout", path: facts.path, digest: facts.digest };
  return { kind: "image", reference: facts.repository, digest: facts.digest };
}

/** A signer in one line. */
function describeSigner(signer: Signer): string {
  return signer.kind === "key"
    ? `key sha256:${signer.fingerprint}`
    : `${signer.subject} (${signer.issuer})`;
}

/** An attempt to change something. */
export class Attempt {
  readonly #start: AttemptStart;
  #source: AuditSource | null = null;
  #object: string | null = null;
  #signer: string | null = null;
  #rule: AuditRule | null = null;
  readonly #programs = new Set<number>();
  readonly #links = new Set<number>();
  #capabilities: readonly AuditCapability[] = [];

  constructor(start: AttemptStart) {
    this.#start = start;
  }

  /** Where the object comes from, as its row says. */
  from(source: ObjectSource): void {
    // what an admission said is more exact
    if (this.#source !== null) return;
    this.#source = source.kind === "file"
      ? { kind: "file", path: source.path }
      : { kind: "image", reference: source.reference, digest: source.digest };
  }

  /** What was named, where nothing more is known of it. */
  named(word: string): void {
    if (this.#source === null) this.#source = { kind: "named", name: word };
  }

  /** `sha256:…` of the object's bytes. */
  object(digest: string): void {
    this.#object = digest;
  }

  /** Who signed. */
  signedBy(signer: Signer): void {
    this.#signer = describeSigner(signer);
  }

  /** What a policy said, also when it refused. */
  decided(decision: Decision): void {
    this.#rule = ruleOf(decision);
  }

  /** All that was decided about a load, whether it may be or not. */
  judged({ source, objectDigest, signer, decision }: Admission | RefusedLoad): void {
    this.#source = sourceOfFacts(source);
    if (objectDigest !== null) this.object(objectDigest);
    if (signer !== null) this.signedBy(signer);
    this.decided(decision);
  }

  /** Kernel ids of programs that came, changed or went. */
  programs(...ids: readonly number[]): void {
    for (const id of ids) this.#programs.add(id);
  }

  /** Our ids of links that came, changed or went. */
  links(...ids: readonly number[]): void {
    for (const id of ids) this.#links.add(id);
  }

  /** How long each capability was held. */
  held(
    report: readonly {
      readonly capability: string;
      readonly heldMs: number;
      readonly times: number;
    }[],
  ): void {
    this.#capabilities = report.map(({ capability, heldMs, times }) => ({
      name: capability,
      ms: Math.round(heldMs * 1000) / 1000,
      times,
    }));
  }

  /**
   * The attempt as it is at this moment.
   *
   * @param result How it ended.
   * @param error Code of the error. @default none
   */
  async record(result: AuditResult, error: string | null = null): Promise<AuditAttempt> {
    const { verb, args, who, now = () => new Date() } = this.#start;
    const command = await digestOfBytes(new TextEncoder().encode(JSON.stringify(args)));
    return {
      time: now().toISOString(),
      who,
      verb,
      command,
      source: this.#source,
      object: this.#object,
      signer: this.#signer,
      rule: this.#rule,
      result,
      error,
      programs: [...this.#programs],
      links: [...this.#links],
      capabilities: this.#capabilities,
    };
  }
}
