import { equal, throws } from "node:assert/strict";
import type { Index, Platform } from "../types.ts";
import { byteOrder, choosePlatform, findPlatform, hostPlatform, platformText } from "./platform.ts";

function platformOf(text: string): Platform {
  const [os = "", architecture = "", variant] = text.split("/");
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function indexOf(...platforms: readonly string[]): Index {
  const manifests = platforms.map((text, position) => ({
    mediaType: "m",
    digest: `sha256:${String(position).padStart(64, "0")}`,
    size: 1,
    platform: platformOf(text),
  }));
  return { schemaVersion: 2, manifests };
}

function found(index: Index, wanted: string): string | undefined {
  const platform = findPlatform(index, platformOf(wanted))?.platform;
  return platform === undefined ? undefined : platformText(platform);
}

Deno.test("byteOrder() knows the processors that are big-endian", () => {
  for (const architecture of ["mips", "mips64", "ppc64", "s390x", "bpfeb"]) {
    equal(byteOrder({ os: "linux", architecture }), "big", architecture);
  }
  for (const architecture of ["386", "amd64", "arm64", "mipsle", "ppc64le", "bpfel"]) {
    equal(byteOrder({ os: "linux", architecture }), "little", architecture);
  }
});

Deno.test("findPlatform() takes the very platform, else bytecode for its byte order", () => {
  const index = indexOf("linux/bpfel", "linux/arm64", "windows/amd64", "linux/arm/v7");
  equal(found(index, "linux/arm64"), "linux/arm64");
  equal(found(index, "linux/amd64"), "linux/bpfel");
  equal(found(index, "linux/s390x"), undefined);
  equal(found(index, "linux/arm/v7"), "linux/arm/v7");
  equal(found(index, "linux/arm"), "linux/arm/v7");
  equal(found(indexOf("linux/arm/v6"), "linux/arm/v7"), undefined);
});

Deno.test("choosePlatform() names those that there are", () => {
  const index = indexOf("linux/s390x", "unknown/unknown");
  throws(() => choosePlatform(index, platformOf("linux/amd64"), "x"), {
    code: "image-platform-missing",
    message: 'Cannot use "x" on linux/amd64: it has linux/s390x',
  });
  throws(() => choosePlatform(indexOf(), hostPlatform(), "x"), /it names no platform/);
});
