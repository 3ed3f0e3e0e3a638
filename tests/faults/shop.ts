/**
 * Scenes, one after the other.
 *
 * @module
 */
import { buildTracer } from "./build.ts";
import { FaultScene } from "./scene.ts";
import type { SceneShop, Undisturbed } from "./sweep.ts";

/** Has one scene at a time, and a tracer for all of them. */
export class Shop implements SceneShop, AsyncDisposable {
  readonly undisturbed: Map<string, Undisturbed> = new Map();
  readonly #folder: string;
  readonly #tracer: string;
  #scene: FaultScene | null = null;

  private constructor(folder: string, tracer: string) {
    this.#folder = folder;
    this.#tracer = tracer;
  }

  /** Opens one. */
  static async open(): Promise<Shop> {
    const folder = await Deno.makeTempDir({ prefix: "bpfman-tracer-" });
    return new Shop(folder, await buildTracer(folder));
  }

  async scene(): Promise<FaultScene> {
    return this.#scene ??= await FaultScene.make(this.#tracer);
  }

  /** Throws the scene away with all that is left in it. */
  async renew(): Promise<void> {
    const scene = this.#scene;
    this.#scene = null;
    await scene?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.renew();
    await Deno.remove(this.#folder, { recursive: true });
  }
}
