/**
 * Readers of words about images.
 *
 * @module
 */
import { type Platform, PullPolicy } from "../../core/image/types.ts";
import { IMAGE_FORMATS, type ValueTypes } from "../command.ts";
import { didYouMean } from "../nearest.ts";
import { ValueProblem } from "./problem.ts";
import { readWord } from "./word.ts";

const PLATFORM = /^linux\/[a-z0-9]+(\/[a-z0-9]+)?$/;

/** Reads `linux/ARCH` or `linux/ARCH/VARIANT`. */
export function readPlatform(input: string): Platform {
  if (!PLATFORM.test(input)) throw new ValueProblem("must be linux/ARCH, such as linux/arm64");
  const [os = "", architecture = "", variant] = input.split("/");
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** Reads `PATH` or `linux/ARCH=PATH`. */
export function readImageInput(input: string): ValueTypes["imageInput"] {
  const at = input.indexOf("=");
  const isNamed = input.startsWith("linux/") && at > 0;
  const path = isNamed ? input.slice(at + 1) : input;
  if (path === "") throw new ValueProblem("must be PATH or linux/ARCH=PATH");
  return isNamed ? { path, platform: readPlatform(input.slice(0, at)) } : { path };
}

/** Reads `RELEASE=FILE`. */
export function readKernelBtf(input: string): readonly [release: string, path: string] {
  const at = input.indexOf("=");
  if (at <= 0 || at === input.length - 1) {
    throw new ValueProblem("must be RELEASE=FILE, such as 5.4.0-42-generic=vmlinux-5.4.btf");
  }
  return [input.slice(0, at), input.slice(at + 1)];
}

/** Reads a form of images. */
export function readImageFormat(input: string): ValueTypes["imageFormat"] {
  return readWord(IMAGE_FORMATS, input);
}

/** Reads when an image is fetched, whatever the case. */
export function readPullPolicy(input: string): PullPolicy {
  const words = Object.values(PullPolicy);
  const word = words.find((candidate) => candidate.toLowerCase() === input.toLowerCase());
  if (word !== undefined) return word;
  throw new ValueProblem(`must be one of ${words.join(", ")}`, didYouMean(input, words));
}

/** Reads base64 of `USER:PASSWORD`. What was typed is never repeated: it is a secret. */
export function readRegistryAuth(input: string): ValueTypes["registryAuth"] {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.fromBase64(input));
  } catch {
    throw new ValueProblem("must be base64 of USER:PASSWORD");
  }
  const at = text.indexOf(":");
  if (at <= 0 || at === text.length - 1) {
    throw new ValueProblem("must be base64 of USER:PASSWORD, and neither may be empty");
  }
  return { username: text.slice(0, at), password: text.slice(at + 1) };
}
