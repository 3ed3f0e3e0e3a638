/**
 * apt with a configuration of its own: the lists, the cache and the suite are not those of the
 * machine, so that any suite can be named without a change under /etc/apt. Options win over every
 * file there, whose other settings (a proxy, say) stay in force.
 *
 * @module
 */

/** Keys that Debian signs its indexes with. */
export const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Environment variable with the URI of a Debian mirror, for machines that are not Debian. */
export const MIRROR_VARIABLE = "BPFMAN_TEST_DEBIAN_MIRROR";

/**
 * Makes the folders and files of a configuration.
 *
 * @param directory Where it lives.
 * @param source The one line of its list of sources.
 */
export async function writeAptFolder(directory: string, source: string): Promise<void> {
  for (const name of ["empty", "state/lists/partial", "cache/archives/partial"]) {
    await Deno.mkdir(`${directory}/${name}`, { recursive: true });
  }
  await Deno.writeTextFile(`${directory}/status`, "");
  await Deno.writeTextFile(`${directory}/sources.list`, `${source}\n`);
}

/**
 * Arguments that let apt see such a configuration and nothing else.
 *
 * @param directory Where it lives.
 * @param more Further settings.
 */
export function aptOptions(directory: string, more: readonly string[] = []): string[] {
  return [
    `Dir::Etc::sourcelist=${directory}/sources.list`,
    `Dir::Etc::sourceparts=${directory}/empty`,
    `Dir::Etc::preferences=${directory}/empty/none`,
    `Dir::Etc::preferencesparts=${directory}/empty`,
    `Dir::State=${directory}/state`,
    `Dir::State::status=${directory}/status`,
    `Dir::Cache=${directory}/cache`,
    "Acquire::Languages=none",
    "Acquire::Retries=3",
    // without these a failed or unsigned index would be a mere warning
    "APT::Update::Error-Mode=any",
    "Acquire::AllowInsecureRepositories=false",
    "APT::Get::AllowUnauthenticated=false",
    // the user _apt may not enter a directory that belongs to somebody else
    "APT::Sandbox::User=root",
    ...more,
  ].flatMap((setting) => ["-o", setting]);
}
