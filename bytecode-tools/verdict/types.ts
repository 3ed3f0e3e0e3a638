/**
 * The four answers to "will it load on this kernel".
 *
 * @module
 */

/**
 * `loads`: nothing that is known before the verifier runs stands against it; `rejected`: it is
 * certain to be refused; `depends`: on something that is not known; `beyond`: only the verifier
 * itself can tell.
 */
export type Answer = "loads" | "rejected" | "depends" | "beyond";

/** Why a program does not simply load. */
export interface Reason {
  /** The answer. */
  readonly answer: Exclude<Answer, "loads">;
  /** Stable name, such as `core-missing`. */
  readonly code: string;
  /** The reason in words. */
  readonly text: string;
  /** Slot in the linked program. */
  readonly instruction?: number;
  /** `file:line:column` in the source. */
  readonly source?: string;
}

/** What is said of one program on one kernel. */
export interface ProgramVerdict {
  /** C function name. */
  readonly program: string;
  /** ELF section. */
  readonly section: string;
  /** The answer. */
  readonly answer: Answer;
  /** Why the program does not simply load; empty when it does. */
  readonly reasons: readonly Reason[];
  /** What does not hinder loading, such as a missing attach point. */
  readonly remarks: readonly string[];
  /** CO-RE relocations that the kernel cannot satisfy and that cannot be reached. */
  readonly absentOptional: number;
}

/** What is said of an object on one kernel. */
export interface KernelVerdict {
  /** Name of the kernel's profile. */
  readonly kernel: string;
  /** One verdict for each program. */
  readonly programs: readonly ProgramVerdict[];
}

const ORDER: Readonly<Record<Answer, number>> = { rejected: 0, depends: 1, beyond: 2, loads: 3 };

/** The worst of some answers; `loads` when there are none. */
export function worstAnswer(answers: Iterable<Answer>): Answer {
  let worst: Answer = "loads";
  for (const answer of answers) if (ORDER[answer] < ORDER[worst]) worst = answer;
  return worst;
}

/** The worst answer of an object over all programs and kernels. */
export function overallAnswer(verdicts: readonly KernelVerdict[]): Answer {
  return worstAnswer(verdicts.flatMap(({ programs }) => programs.map(({ answer }) => answer)));
}
