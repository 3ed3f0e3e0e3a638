/**
 * How the verifiers of different kernels differ in what they keep track of.
 *
 * @module
 */

/** What a verifier does. */
export interface VerifierRules {
  /** Verifies global functions even if nothing that runs calls them (before 6.8, 2afae08c9dcb). */
  readonly checksAllFunctions: boolean;
  /** Keeps numbers that instructions store directly (since 6.3, ecdf985d7615). */
  readonly keepsImmediates: boolean;
  /** Knows that a number is not equal to one outside of its bounds (since 6.4, 13fbcee55706). */
  readonly comparesBounds: boolean;
  /** Keeps numbers that are read back in part (since 6.9, c1e6148cb4f8). */
  readonly keepsParts: boolean;
  /** Knows the negative of a number (since 6.17, aced132599b3). */
  readonly knowsNegation: boolean;
}

function version(major: number, minor: number): number {
  return major << 16 | minor << 8;
}

/**
 * The rules of a kernel's verifier.
 *
 * @param kernel LINUX_KERNEL_VERSION; the newest when undefined.
 */
export function verifierRules(kernel = Infinity): VerifierRules {
  return {
    checksAllFunctions: kernel < version(6, 8),
    keepsImmediates: kernel >= version(6, 3),
    comparesBounds: kernel >= version(6, 4),
    keepsParts: kernel >= version(6, 9),
    knowsNegation: kernel >= version(6, 17),
  };
}
