/**
 * Builds the tracer. It needs no C library, so that clang alone is enough.
 *
 * @module
 */
import { mustRun } from "../support/must.ts";

const SOURCE = new URL("tracer.c", import.meta.url).pathname;

/** Builds it into a folder; returns its path. */
export async function buildTracer(folder: string): Promise<string> {
  const path = `${folder}/tracer`;
  await mustRun("clang-19", [
    ...["-O1", "-Wall", "-Werror", "-static", "-nostdlib", "-ffreestanding"],
    ...["-fno-stack-protector", "-fuse-ld=lld-19", "-o", path, SOURCE],
  ]);
  return path;
}
