/**
 * The demo's command line.
 *
 * @module
 */

/** What the command line asked for. */
export interface DemoFlags {
  /** Runtime directory to use; undefined for one of the demo's own. */
  readonly runtimeDirectory: string | undefined;
  /** File for the facts as JSON. */
  readonly report: string | undefined;
  /** Load through a registry in place of a layout on the disk. */
  readonly hasRegistry: boolean;
}

const NAMES = ["--runtime-dir", "--report"] as const;
const REGISTRY = "--registry";

/**
 * Reads the flags; both `--report a.json` and `--report=a.json` are fine.
 *
 * @throws {Error} For a flag that is not known, or has no value.
 */
export function parseFlags(args: readonly string[]): DemoFlags {
  const words = args.filter((word) => word !== REGISTRY)
    .flatMap((word) => /^(--[a-z-]+)=(.*)$/s.exec(word)?.slice(1) ?? [word]);
  const values = new Map<string, string>();
  for (let index = 0; index < words.length; index += 2) {
    const [flag = "", value] = [words[index], words[index + 1]];
    if (!NAMES.some((name) => name === flag)) {
      throw new Error(
        `Cannot use "${flag}": the flags are ${NAMES.join(" DIR, ")} FILE and ${REGISTRY}`,
      );
    }
    if (value === undefined || value === "") {
      throw new Error(`Cannot use "${flag}": it needs a value`);
    }
    values.set(flag, value);
  }
  return {
    runtimeDirectory: values.get("--runtime-dir"),
    report: values.get("--report"),
    hasRegistry: args.includes(REGISTRY),
  };
}
