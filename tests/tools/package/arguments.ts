/**
 * Words of the command lines of the package tools.
 *
 * @module
 */

/** What an installation is told. */
export interface PlaceWords {
  readonly prefix: string;
  /** Folder that stands for the root of the machine; empty for the machine itself. */
  readonly root: string;
  /** Switches that were given. */
  readonly switches: ReadonlySet<string>;
  /** A program that is compiled already; empty when it is to be compiled. */
  readonly program: string;
}

const VALUES = ["--prefix", "--root", "--program"] as const;

function isValue(word: string): word is typeof VALUES[number] {
  return VALUES.some((name) => name === word);
}

function absolute(path: string): string {
  if (path === "") return "";
  const whole = path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
  return whole.replace(/\/+$/, "");
}

/**
 * Reads the words of `install` and `uninstall`.
 *
 * @throws {TypeError} When one is not known.
 */
export function readWords(args: readonly string[], switches: readonly string[]): PlaceWords {
  const values = { "--prefix": "/usr/local", "--root": "", "--program": "" };
  const given = new Set<string>();
  // a task hands "--" on when it is written
  const words = args.filter((word) => word !== "--");
  for (let at = 0; at < words.length; at++) {
    const [name = "", joined] = (words[at] ?? "").split(/=(.*)/s);
    if (switches.includes(name) && joined === undefined) {
      given.add(name);
    } else if (isValue(name)) {
      const value = joined ?? words[++at];
      if (value === undefined || value === "") {
        throw new TypeError(`Cannot use "${name}": no value`);
      }
      values[name] = value;
    } else {
      const known = [...VALUES.map((word) => `${word} VALUE`), ...switches].join(", ");
      throw new TypeError(`Cannot use "${words[at]}": the options are ${known}`);
    }
  }
  return {
    prefix: values["--prefix"],
    root: absolute(values["--root"]),
    switches: given,
    program: absolute(values["--program"]),
  };
}
