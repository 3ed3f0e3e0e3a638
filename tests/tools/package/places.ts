/**
 * Where the files of an installation belong.
 *
 * @module
 */

/** Folders of an installation; all are absolute and without a slash at the end. */
export interface Places {
  readonly programs: string;
  readonly manuals: string;
  readonly documents: string;
  readonly bash: string;
  readonly zsh: string;
  readonly fish: string;
  readonly units: string;
  /** What administrators change. */
  readonly configuration: string;
}

/** Below these systemd and the shells look by themselves. */
const SYSTEM_PREFIXES: readonly string[] = ["/usr", "/usr/local"];

function refusePrefix(prefix: string): void {
  const isPlain = /^(\/[A-Za-z0-9._+-]+)+$/.test(prefix) &&
    !prefix.split("/").some((word) => word === "." || word === "..");
  if (isPlain) return;
  throw new TypeError(
    `Cannot install below "${prefix}": a prefix is an absolute path of plain words`,
  );
}

/**
 * The folders for a prefix.
 *
 * @throws {TypeError} When the prefix is no absolute path.
 */
export function placesOf(prefix: string): Places {
  refusePrefix(prefix);
  const share = `${prefix}/share`;
  return {
    programs: `${prefix}/bin`,
    manuals: `${share}/man`,
    documents: `${share}/doc/bpfman`,
    bash: `${share}/bash-completion/completions`,
    // Debian keeps site-functions free for administrators
    zsh: prefix === "/usr" ? `${share}/zsh/vendor-completions` : `${share}/zsh/site-functions`,
    fish: `${share}/fish/vendor_completions.d`,
    units: SYSTEM_PREFIXES.includes(prefix)
      ? `${prefix}/lib/systemd/system`
      : "/etc/systemd/system",
    configuration: "/etc/bpfman",
  };
}
