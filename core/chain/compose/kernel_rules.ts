/**
 * What kernels of different releases allow calls of BPF to BPF.
 *
 * @module
 */

/** Rules of one release. */
export interface CallRules {
  /** What the stack of a function is rounded up to. */
  readonly stackUnit: number;
  /** Most functions that may be under way at once; null where we leave that to the kernel. */
  readonly mostFrames: number | null;
}

/** Before this release stacks count in steps of 32 bytes, then of 16 where programs are compiled. */
const FINE_STACK: Release = [6, 8];
/** The last release that was seen to allow 8 functions and no more; 7.2 was seen to allow 9. */
const LAST_WITH_EIGHT: Release = [6, 18];
/** MAX_CALL_FRAMES up to then. */
const EIGHT = 8;

type Release = readonly [major: number, minor: number];

function isAtLeast([major, minor]: Release, [wantedMajor, wantedMinor]: Release): boolean {
  return major > wantedMajor || major === wantedMajor && minor >= wantedMinor;
}

/** The rules of a release, such as `6.1.0-50-cloud-amd64`. */
export function callRules(release: string): CallRules {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  const isOld = isAtLeast(LAST_WITH_EIGHT, [major, minor]);
  return {
    stackUnit: isAtLeast([major, minor], FINE_STACK) ? 16 : 32,
    mostFrames: isOld ? EIGHT : null,
  };
}
