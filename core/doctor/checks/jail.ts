/**
 * Checks of what the jail is made of.
 *
 * @module
 */
import { bad, checksOf, type Finding, fine, warn } from "../check.ts";
import type { DoctorFacts, KernelFacts } from "../facts.ts";
import type { Check } from "../types.ts";

/** Since then signals and abstract sockets are confined, too. */
const COMPLETE_ABI = 6;

function landlock({ landlockAbi, securityModules }: KernelFacts): Finding {
  if (landlockAbi >= COMPLETE_ABI) return fine(`version ${landlockAbi}`);
  if (landlockAbi > 0) {
    return fine(`version ${landlockAbi}: the filter does what newer versions would`);
  }
  const modules = securityModules === null ? "..." : securityModules.join(",");
  return warn(
    "not there or not switched on: files are kept by owners and modes alone",
    "Landlock",
    `Add lsm=landlock,${modules} to the kernel's command line`,
  );
}

/** Checks of the jail. */
export function jailChecks({ kernel }: DoctorFacts): Check[] {
  const check = checksOf("jail");
  const seccomp = kernel.hasSeccomp
    ? fine("there")
    : bad("not there", "filters of system calls", "Use a kernel with CONFIG_SECCOMP_FILTER=y");
  return [
    check("landlock", "Landlock", landlock(kernel)),
    check("seccomp", "Seccomp", seccomp),
  ];
}
