/**
 * The BPF objects that tests run over: the committed fixtures, and those of Debian packages where
 * they are installed.
 *
 * @module
 */

/** An object of the corpus. */
export interface CorpusObject {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const FIXTURES = new URL("../fixtures/", import.meta.url).pathname;
/** Where Debian's libxdp1 and xdp-tools put their objects, whatever the machine. */
const PACKAGED = ["/usr/lib/x86_64-linux-gnu/bpf/", "/usr/lib/aarch64-linux-gnu/bpf/"];

function objectsIn(folder: string): CorpusObject[] {
  return [...Deno.readDirSync(folder)]
    .filter(({ name, isFile }) => isFile && name.endsWith(".o"))
    .map(({ name }) => ({ name, path: folder + name, bytes: Deno.readFileSync(folder + name) }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

/** The committed fixtures. */
export function fixtureObjects(): CorpusObject[] {
  return objectsIn(FIXTURES);
}

/** Objects of installed Debian packages; none where the packages are missing. */
export function packagedObjects(): CorpusObject[] {
  return PACKAGED.flatMap((folder) => {
    try {
      return objectsIn(folder);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  });
}

/** All objects. */
export function corpusObjects(): CorpusObject[] {
  return [...fixtureObjects(), ...packagedObjects()];
}

/** A fixture's bytes by its name without `.bpf.o`. */
export function fixture(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(`${FIXTURES}${name}.bpf.o`);
}
