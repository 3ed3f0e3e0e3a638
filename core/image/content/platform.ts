/**
 * Platforms: what they are called, and which of an index is taken.
 *
 * @module
 */
import { imageError } from "../errors.ts";
import type { Descriptor, Index, Platform } from "../types.ts";

/** Processors of Deno's builds in the words of images. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64" };
/** Bytecode for any processor of a byte order. */
const GENERIC = { little: "bpfel", big: "bpfeb" } as const;

/** Processors whose bytecode is big-endian; all others are little-endian. */
const BIG_ENDIAN: readonly string[] = ["mips", "mips64", "ppc64", "s390x", "bpfeb"];

/** This machine. */
export function hostPlatform(): Platform {
  const { arch } = Deno.build;
  return { os: "linux", architecture: ARCHITECTURES[arch] ?? arch };
}

/** Byte order of a platform's bytecode. */
export function byteOrder({ architecture }: Platform): "little" | "big" {
  return BIG_ENDIAN.includes(architecture) ? "big" : "little";
}

/** `linux/amd64`, `linux/arm/v7`. */
export function platformText({ os, architecture, variant }: Platform): string {
  return `${os}/${architecture}${variant === undefined ? "" : `/${variant}`}`;
}

function matches(wanted: Platform, found: Platform | undefined): boolean {
  return found?.os === wanted.os && found.architecture === wanted.architecture &&
    (wanted.variant === undefined || wanted.variant === found.variant);
}

/** The entry of an index for a platform; undefined when there is none. */
export function findPlatform(index: Index, wanted: Platform): Descriptor | undefined {
  const generic = { os: "linux", architecture: GENERIC[byteOrder(wanted)] };
  return index.manifests.find(({ platform }) => matches(wanted, platform)) ??
    index.manifests.find(({ platform }) => matches(generic, platform));
}

/**
 * The entry of an index for a platform.
 *
 * @throws {BpfmanError} `image-platform-missing` with those that there are.
 */
export function choosePlatform(index: Index, wanted: Platform, name: string): Descriptor {
  const found = findPlatform(index, wanted);
  if (found !== undefined) return found;
  const known = index.manifests.flatMap(({ platform }) =>
    platform === undefined || platform.os === "unknown" ? [] : [platformText(platform)]
  );
  const has = known.length === 0 ? "it names no platform" : `it has ${known.join(", ")}`;
  throw imageError(
    "image-platform-missing",
    `Cannot use "${name}" on ${platformText(wanted)}: ${has}`,
  );
}
