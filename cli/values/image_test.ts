import { deepEqual, equal, throws } from "node:assert/strict";
import { BpfmanError } from "../../core/errors.ts";
import {
  readImageInput,
  readKernelBtf,
  readPlatform,
  readPullPolicy,
  readRegistryAuth,
} from "./image.ts";
import { readValue } from "./mod.ts";

Deno.test("readPlatform() reads architecture and variant", () => {
  deepEqual(readPlatform("linux/arm64"), { os: "linux", architecture: "arm64" });
  deepEqual(readPlatform("linux/arm/v7"), { os: "linux", architecture: "arm", variant: "v7" });
  for (const bad of ["", "linux", "linux/", "windows/amd64", "linux/a/b/c", "linux/ARM64"]) {
    throws(() => readPlatform(bad), /must be linux\/ARCH/, bad);
  }
});

Deno.test("readImageInput() tells a platform from a path with an equals sign", () => {
  deepEqual(readImageInput("a=b.o"), { path: "a=b.o" });
  deepEqual(readImageInput("linux/amd64=dir/a=b.o"), {
    path: "dir/a=b.o",
    platform: { os: "linux", architecture: "amd64" },
  });
  deepEqual(readImageInput("linux/a.o"), { path: "linux/a.o" });
  throws(() => readImageInput("linux/amd64="), /must be PATH or linux\/ARCH=PATH/);
  throws(() => readImageInput("linux/=a.o"), /must be linux\/ARCH/);
});

Deno.test("readKernelBtf() splits at the first equals sign", () => {
  deepEqual(readKernelBtf("5.4.0=a=b"), ["5.4.0", "a=b"]);
  throws(() => readKernelBtf("5.4.0"), /must be RELEASE=FILE/);
  throws(() => readKernelBtf("=a"), /must be RELEASE=FILE/);
});

Deno.test("readPullPolicy() takes any case", () => {
  equal(readPullPolicy("ifnotpresent"), "IfNotPresent");
  equal(readPullPolicy("NEVER"), "Never");
  throws(() => readPullPolicy("Alway"), /must be one of Always, IfNotPresent, Never/);
});

Deno.test("readRegistryAuth() splits at the first colon and refuses halves", () => {
  deepEqual(readRegistryAuth(btoa("bob:a:b")), { username: "bob", password: "a:b" });
  for (const bad of ["!", btoa("bob"), btoa("bob:"), btoa(":x"), btoa("\xff:\xff")]) {
    throws(() => readRegistryAuth(bad), /must be base64 of USER:PASSWORD/, bad);
  }
});

Deno.test("readValue() does not repeat a secret that it cannot read", () => {
  const secret = btoa("hunter2");
  throws(() => readValue("registryAuth", "--registry-auth", secret), (error: unknown) => {
    return error instanceof BpfmanError &&
      error.message.startsWith("Cannot read --registry-auth:") &&
      !error.message.includes(secret) && !error.message.includes("hunter2");
  });
});
