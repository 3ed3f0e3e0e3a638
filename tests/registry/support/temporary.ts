/**
 * A folder of one test.
 *
 * @module
 */

/** A folder that goes with what is in it. */
export class TemporaryFolder implements Disposable {
  readonly path: string = Deno.makeTempDirSync({ prefix: "bpfman-registry-" });

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}
