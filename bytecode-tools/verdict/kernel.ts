/**
 * A kernel as verdicts see it: its BTF read once, its facts looked up by name.
 *
 * @module
 */
import { type Btf, readBtf } from "../btf/btf.ts";
import { type BtfNumbers, btfNumbers } from "../btf/facts.ts";
import { BtfKind } from "../btf/kinds.ts";
import { kernelAnswers, kernelVersionNumber, readKconfig } from "../kernel/kconfig.ts";
import type { CoreTarget } from "../inspector/core_plan.ts";
import type { KernelProfile } from "../kernel/profile.ts";

/** A profile made ready for questions. */
export class VerdictKernel {
  readonly profile: KernelProfile;
  readonly facts: BtfNumbers;
  /** As LINUX_KERNEL_VERSION; undefined when the release is unknown. */
  readonly version: number | undefined;
  readonly config: ReadonlyMap<string, string> | undefined;
  readonly #btf: Btf;
  readonly #modules: ReadonlyMap<string, Btf>;
  readonly #answers = new Map<string, boolean>();

  constructor(profile: KernelProfile) {
    this.profile = profile;
    // libbpf checks the same bytes
    this.#btf = readBtf(profile.btf, { isTrusted: true });
    this.facts = btfNumbers(this.#btf);
    this.version = kernelVersionNumber(profile.release);
    this.config = profile.config === undefined ? undefined : readKconfig(profile.config);
    const modules = profile.modules ?? [];
    this.#modules = new Map(
      modules.map(({ name, btf }) => [name, readBtf(btf, { base: this.#btf, isTrusted: true })]),
    );
  }

  /** What CO-RE resolves against. */
  get target(): CoreTarget {
    const { btf, modules, config, release } = this.profile;
    return {
      btf,
      ...(modules !== undefined && { modules }),
      ...(config !== undefined && { answers: kernelAnswers(config, release) }),
    };
  }

  /** True when it is not known which modules there are. */
  get hasUnknownModules(): boolean {
    return this.profile.modules === undefined || this.profile.hasMoreModules === true;
  }

  /** True when a type of a name and kind exists; in one module when it is named. */
  has(name: string, kind: number, module?: string): boolean {
    const question = `${kind} ${module ?? ""} ${name}`;
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    const answer = this.#look(name, kind, module);
    this.#answers.set(question, answer);
    return answer;
  }

  #look(name: string, kind: number, module: string | undefined): boolean {
    if (module !== undefined) return (this.#modules.get(module)?.find(name, kind) ?? 0) !== 0;
    const all = [this.#btf, ...this.#modules.values()];
    return all.some((btf) => btf.findAll(name, kind).next().value !== undefined);
  }

  /** True when a function exists; in one module when it is named. */
  hasFunction(name: string, module?: string): boolean {
    return this.has(name, BtfKind.FUNC, module);
  }
}
