/**
 * The engines by name. Only those of a chain that is being made are read: their files are many,
 * and most commands need none (see importUnseen in cli/main.ts).
 *
 * @module
 */
import { directEngine } from "./direct.ts";
import type { ChainEngine, SharingEngine } from "./engine.ts";
import type { EngineName } from "./model.ts";

/** Engines that build a main program for a seat. */
export type BuildingEngine = Exclude<EngineName, "libxdp">;

async function loadCompose(): Promise<ChainEngine> {
  const path = "./compose/engine.ts";
  const { composeEngine }: typeof import("./compose/engine.ts") = await import(path);
  return composeEngine;
}

async function loadFreplace(): Promise<ChainEngine> {
  const path = "./freplace/engine.ts";
  const { freplaceEngine }: typeof import("./freplace/engine.ts") = await import(path);
  return freplaceEngine;
}

const LOADERS: Readonly<Record<BuildingEngine, () => Promise<ChainEngine | null>>> = {
  direct: () => Promise.resolve(directEngine),
  compose: loadCompose,
  freplace: loadFreplace,
};

/** The engine that shares its hooks with others. */
export async function loadLibxdp(): Promise<SharingEngine> {
  const path = "./libxdp/engine.ts";
  const { libxdpEngine }: typeof import("./libxdp/engine.ts") = await import(path);
  return libxdpEngine;
}

/** The engine of a name; null where this version does not have it. */
export function loadEngine(name: BuildingEngine): Promise<ChainEngine | null> {
  return LOADERS[name]();
}
