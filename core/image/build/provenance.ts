/**
 * How an image was made, in the words of SLSA provenance 1: from which bytes, with which choices, by
 * whom. The same build says the same, so that nothing of this machine is in it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { BuildRequest, ImageBuilder } from "../api.ts";
import { platformText } from "../content/platform.ts";
import { Annotation } from "../media_types.ts";
import type { CheckedInput } from "./inputs.ts";
import { fileName } from "./write.ts";

/** Predicate type of SLSA provenance. */
export const PROVENANCE_PREDICATE = "https://slsa.dev/provenance/v1";
/** What the parameters mean; docs/signatures.md says it. */
const BUILD_TYPE = "urn:bpfman:image-build:v1";

/** SHA-256 of some bytes, hex. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Where the source is, when the annotations say so. */
function sourceOf({ annotations = {} }: BuildRequest): Record<string, unknown>[] {
  const uri = annotations[Annotation.SOURCE];
  if (uri === undefined) return [];
  const revision = annotations[Annotation.REVISION] ?? "";
  // a revision that is no commit is a word of its author, not a digest
  const isCommit = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision);
  return [{ uri, ...isCommit ? { digest: { gitCommit: revision } } : {} }];
}

function dependenciesOf(
  request: BuildRequest,
  inputs: readonly CheckedInput[],
): Record<string, unknown>[] {
  const objects = inputs.map(({ path, bytes, platform }) => ({
    name: fileName(path),
    digest: { sha256: sha256(bytes) },
    annotations: { platform: platformText(platform) },
  }));
  const kernels = (request.kernels ?? []).map(({ release, btf }) => ({
    name: `btf:${release}`,
    digest: { sha256: sha256(btf) },
  }));
  return [...objects, ...kernels, ...sourceOf(request)];
}

/** The time of the build as SOURCE_DATE_EPOCH gives it; nothing is said without it. */
function metadataOf({ epoch }: BuildRequest): Record<string, unknown> {
  if (epoch === undefined) return {};
  const time = new Date(epoch * 1000).toISOString().replace(".000Z", "Z");
  return { metadata: { startedOn: time, finishedOn: time } };
}

/**
 * The provenance of an image.
 *
 * @param request What was asked for.
 * @param inputs The objects.
 * @param builder Who builds.
 */
export function provenanceOf(
  request: BuildRequest,
  inputs: readonly CheckedInput[],
  { id, version }: ImageBuilder,
): Record<string, unknown> {
  const { format = "labels", annotations = {}, kernels = [] } = request;
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        objects: inputs.map(({ path, platform }) => ({
          name: fileName(path),
          platform: platformText(platform),
        })),
        format,
        annotations: Object.fromEntries(
          Object.entries(annotations).sort(([a], [b]) => a < b ? -1 : 1),
        ),
        kernels: kernels.map(({ release }) => release),
      },
      internalParameters: {},
      resolvedDependencies: dependenciesOf(request, inputs),
    },
    runDetails: {
      builder: { id, ...version === undefined ? {} : { version: { bpfman: version } } },
      ...metadataOf(request),
    },
  };
}
