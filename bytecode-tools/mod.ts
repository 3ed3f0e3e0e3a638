/**
 * Reads and judges BPF objects: pure functions over bytes, no permission needed, usable in a
 * browser.
 *
 * @module
 */
export * from "./errors.ts";
export * from "./object.ts";
export * from "./elf_symbols.ts";
export { type GatedObject, gateObject } from "./gate.ts";
export { type Global, globalBytes, readGlobals } from "./globals.ts";
export { type ObjectMap, readMaps } from "./maps.ts";
export { type Btf, readBtf } from "./btf.ts";
export { mapTypeName } from "./map_types.ts";
export { type Shape, shapeOf } from "./shapes.ts";
