/**
 * What an image is made of, as SPDX 2.3: the image as a package, its objects as files.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { gateObject } from "../../../bytecode-tools/object/gate.ts";
import { licenseOf } from "../../../bytecode-tools/object/licenses.ts";
import type { BuildRequest, ImageBuilder } from "../api.ts";
import { platformText } from "../content/platform.ts";
import { Annotation } from "../media_types.ts";
import type { CheckedInput } from "./inputs.ts";
import { sha256 } from "./provenance.ts";
import { fileName } from "./write.ts";

/** Predicate type of SPDX documents. */
export const SPDX_PREDICATE = "https://spdx.dev/Document";

const UNKNOWN = "NOASSERTION";
const IMAGE = "SPDXRef-Image";

function sha1(bytes: Uint8Array | string): string {
  return createHash("sha1").update(bytes).digest("hex");
}

/** A list as text: `a (xdp), b (tc)`. */
function listText(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries).map(([name, type]) => `${name} (${type})`).join(", ") || "none";
}

function fileOf({ path, bytes, platform, statement }: CheckedInput, index: number) {
  const license = licenseOf(gateObject(bytes));
  const { programs, maps } = statement;
  return {
    SPDXID: `SPDXRef-Object-${index + 1}`,
    // objects of several platforms may have the same name
    fileName: `./${platformText(platform)}/${fileName(path)}`,
    fileTypes: ["BINARY"],
    checksums: [
      { algorithm: "SHA1", checksumValue: sha1(bytes) },
      { algorithm: "SHA256", checksumValue: sha256(bytes) },
    ],
    licenseConcluded: UNKNOWN,
    licenseInfoInFiles: [UNKNOWN],
    // the kernel's word, such as "GPL", is no licence of SPDX's list
    licenseComments: `The object's licence section says "${license}"`,
    copyrightText: UNKNOWN,
    comment: `Programs: ${listText(programs)}. Maps: ${listText(maps)}`,
  };
}

/** SPDX's code of a package's files: SHA-1 over their sorted SHA-1 digests. */
function verificationCode(inputs: readonly CheckedInput[]): string {
  return sha1(inputs.map(({ bytes }) => sha1(bytes)).sort().join(""));
}

function packageOf(
  { annotations = {} }: BuildRequest,
  inputs: readonly CheckedInput[],
  digest: string,
) {
  const title = annotations[Annotation.TITLE] ?? fileName(inputs[0]?.path ?? "");
  const source = annotations[Annotation.SOURCE];
  return {
    SPDXID: IMAGE,
    name: title,
    versionInfo: annotations[Annotation.VERSION] ?? annotations[Annotation.REVISION] ?? digest,
    downloadLocation: UNKNOWN,
    filesAnalyzed: true,
    packageVerificationCode: { packageVerificationCodeValue: verificationCode(inputs) },
    checksums: [{ algorithm: "SHA256", checksumValue: digest.replace("sha256:", "") }],
    licenseConcluded: UNKNOWN,
    licenseDeclared: annotations[Annotation.LICENSES] ?? UNKNOWN,
    licenseInfoFromFiles: [UNKNOWN],
    copyrightText: UNKNOWN,
    primaryPackagePurpose: "CONTAINER",
    ...source === undefined ? {} : { sourceInfo: `built from ${source}` },
  };
}

/**
 * The SPDX document of an image.
 *
 * @param request What was asked for.
 * @param inputs The objects.
 * @param about Digest of the image, and who made it.
 */
export function billOfMaterials(
  request: BuildRequest,
  inputs: readonly CheckedInput[],
  { digest, builder }: { readonly digest: string; readonly builder: ImageBuilder },
): Record<string, unknown> {
  const files = inputs.map(fileOf);
  const created = new Date((request.epoch ?? 0) * 1000).toISOString().replace(".000Z", "Z");
  const relation = (spdxElementId: string, relationshipType: string, related: string) => ({
    spdxElementId,
    relationshipType,
    relatedSpdxElement: related,
  });
  const image = packageOf(request, inputs, digest);
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: image.name,
    // one document for one image: the digest makes the name its own
    documentNamespace: `urn:bpfman:image-sbom:${digest}`,
    creationInfo: { created, creators: [`Tool: bpfman-${builder.version ?? "unknown"}`] },
    packages: [image],
    files,
    relationships: [
      relation("SPDXRef-DOCUMENT", "DESCRIBES", IMAGE),
      ...files.map(({ SPDXID }) => relation(IMAGE, "CONTAINS", SPDXID)),
    ],
  };
}
