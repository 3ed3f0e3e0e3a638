/**
 * Opens what images need: the store, the registries, the settings.
 *
 * @module
 */
import type { Images } from "./api.ts";
import type { ImagesOptions } from "./settings.ts";

/**
 * Opens images. Nothing is touched before the first call.
 *
 * @param _options Store, registries, credentials, clock.
 */
export function openImages(_options: ImagesOptions): Images {
  throw new TypeError("Cannot open images: not written yet");
}
