/**
 * Prepares the load of an image: resolved, verified, fetched by digest, judged. Needs no privilege.
 *
 * @module
 */
import type { Court } from "../../core/admission/court.ts";
import { canonicalName } from "../../core/admission/canonical_name.ts";
import { admitImage } from "../../core/admission/image.ts";
import type { PreparedLoad } from "../../core/admission/types.ts";
import type { Images } from "../../core/image/api.ts";
import type { PullPolicy } from "../../core/image/types.ts";
import type { LoadSettings } from "../../core/types.ts";
import { PULL_POLICY } from "../commands/image_options.ts";
import type { CommandContext } from "../context.ts";
import { openImages, withProgress } from "../images.ts";
import type { ParsedInput } from "../parsed_input.ts";
import { type JudgedLoad, openCourt } from "./court.ts";
import { readLoadSettings } from "../run/load_settings.ts";

/** The image as scopes name it. */
function scopeName(images: Pick<Images, "locate">, name: string): string {
  const location = images.locate(canonicalName(images, name));
  if (location.kind !== "registry") return `oci:${location.path}`;
  const { registry, repository } = location.reference;
  return `${registry}/${repository}`;
}

/** What is to be loaded of an image, and when a registry is asked. */
export interface ImageWish {
  readonly name: string;
  readonly settings: LoadSettings;
  readonly pull: PullPolicy;
  /** Digests that may be unsigned, besides those of the options. @default none */
  readonly allowed?: readonly string[];
  /** Looks at the court before it judges; throws when there is nothing to judge. */
  readonly check?: (court: Court) => void;
}

/** Prepares the load of an image with settings that were read already. */
export async function prepareImageAt(
  context: CommandContext,
  input: ParsedInput,
  { name, settings, pull, allowed = [], check }: ImageWish,
): Promise<JudgedLoad> {
  using images = await openImages(context, input);
  const court = await openCourt(context, input, { name: scopeName(images, name), allowed });
  check?.(court);
  const prepared = await withProgress(context, (options) =>
    admitImage(court, images, {
      name,
      settings,
      options: { policy: pull, kernel: Deno.osRelease(), ...options },
      words: context.words,
    }));
  return { prepared, court };
}

/**
 * Prepares the load of an image.
 *
 * @param context The command's world.
 * @param input Its arguments.
 * @param name The image.
 * @throws {BpfmanError} When the image cannot be fetched, or is refused.
 */
export async function prepareImage(
  context: CommandContext,
  input: ParsedInput,
  name: string,
): Promise<PreparedLoad> {
  const settings = readLoadSettings(input);
  const pull = input.one(PULL_POLICY) ?? "IfNotPresent";
  return (await prepareImageAt(context, input, { name, settings, pull })).prepared;
}
