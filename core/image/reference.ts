/**
 * Names of images: in a registry, or in a layout on the disk.
 *
 * @module
 */
import { usageError } from "../errors.ts";

/** Name of an image in a registry. */
export interface Reference {
  /** Host and port as in the name, such as `docker.io` or `127.0.0.1:5000`. */
  readonly registry: string;
  /** Repository, such as `library/alpine`. */
  readonly repository: string;
  /** Tag; `latest` when neither tag nor digest is given, undefined when only a digest is. */
  readonly tag?: string;
  /** `sha256:…`; decides when there is a tag as well. */
  readonly digest?: string;
}

/** Where an image is: in a registry. */
export interface RegistrySource {
  /** Tells this source from others. */
  readonly kind: "registry";
  /** The name, complete. */
  readonly reference: Reference;
}

/** Where an image is: in an OCI layout, a directory or a tar archive of one. */
export interface LayoutSource {
  /** Tells this source from others: a directory or an archive. */
  readonly kind: "oci" | "oci-archive";
  /** Path of the directory or archive. */
  readonly path: string;
  /** Tag, when one is named. */
  readonly tag?: string;
  /** Digest, when one is named. */
  readonly digest?: string;
}

/** Where an image is. */
export type ImageLocation = RegistrySource | LayoutSource;

const DIGEST = /^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/;
const TAG = /^\w[\w.-]{0,127}$/;
const WORD = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const REPOSITORY = new RegExp(`^${WORD}(?:/${WORD})*$`);
const HOST =
  /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)(?::\d{1,5})?$/;
const DEFAULT_REGISTRY = "docker.io";

/** True for `sha256:` or `sha512:` and the digits that belong to it. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

function refuse(text: string, why: string): never {
  throw usageErrorOf(text, why);
}

function usageErrorOf(text: string, why: string) {
  return usageError(
    `Cannot use "${text}" as the name of an image: ${why}`,
    "Write REGISTRY/NAME[:TAG][@DIGEST], or oci:PATH[:TAG|@DIGEST]",
  );
}

/** Takes `@DIGEST` and `:TAG` from the end of a name. */
function splitName(text: string, rest: string) {
  const at = rest.indexOf("@");
  const digest = at < 0 ? undefined : rest.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) refuse(text, `"${digest}" is not a digest`);
  const named = at < 0 ? rest : rest.slice(0, at);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !TAG.test(tag)) refuse(text, `"${tag}" is not a tag`);
  return {
    name: hasTag ? named.slice(0, colon) : named,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function splitRegistry(name: string): { registry: string; repository: string } {
  const slash = name.indexOf("/");
  const first = name.slice(0, Math.max(slash, 0));
  const isHost = first === "localhost" || /[.:[\]]/.test(first);
  const registry = isHost ? first : DEFAULT_REGISTRY;
  const repository = isHost ? name.slice(slash + 1) : name;
  const isBare = registry === DEFAULT_REGISTRY && !repository.includes("/");
  return { registry, repository: isBare ? `library/${repository}` : repository };
}

/**
 * Reads the name of an image in a registry.
 *
 * @param text Such as `quay.io/net/xdp:v1`, `xdp@sha256:…`.
 * @throws {BpfmanError} When it cannot be one.
 */
export function parseReference(text: string): Reference {
  const { name, tag, digest } = splitName(text, text.replace(/^docker:\/\//, ""));
  const { registry, repository } = splitRegistry(name);
  if (!HOST.test(registry)) refuse(text, `"${registry}" is not a host`);
  if (!REPOSITORY.test(repository) || repository.length > 255) {
    refuse(text, `"${repository}" is not a repository: lower case, digits and ._-/ are allowed`);
  }
  const known = tag ?? (digest === undefined ? "latest" : undefined);
  return {
    registry,
    repository,
    ...(known === undefined ? {} : { tag: known }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** The complete name. */
export function referenceText(reference: Reference): string {
  const { registry, repository, tag, digest } = reference;
  return `${registry}/${repository}${tag === undefined ? "" : `:${tag}`}` +
    (digest === undefined ? "" : `@${digest}`);
}

/** What a holder of content is asked for: the digest where there is one, else the tag. */
export function wantedOf({ tag, digest }: Pick<Reference, "tag" | "digest">): string | undefined {
  return digest ?? tag;
}

/** Splits `PATH[:TAG|@DIGEST]`; a colon that a slash follows belongs to the path. */
function parseLayout(text: string, kind: LayoutSource["kind"], rest: string): LayoutSource {
  const found = /^(.*?)(?:@(sha\d+:[0-9a-f]+)|:([^/:@]*))?$/s.exec(rest);
  const [, path = "", digest, tag] = found ?? [];
  if (path === "") refuse(text, "it has no path");
  if (digest !== undefined && !isDigest(digest)) refuse(text, `"${digest}" is not a digest`);
  if (tag === "") refuse(text, "its tag is empty");
  return {
    kind,
    path,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/**
 * Reads where an image is.
 *
 * @param text A name in a registry, `oci:PATH[:TAG|@DIGEST]` or `oci-archive:PATH[:TAG|@DIGEST]`.
 * @throws {BpfmanError} When it cannot be one.
 */
export function parseLocation(text: string): ImageLocation {
  const layout = /^(oci|oci-archive):(?!\/\/)(.*)$/s.exec(text);
  const [, kind, rest] = layout ?? [];
  if (kind === "oci" || kind === "oci-archive") return parseLayout(text, kind, rest ?? "");
  return { kind: "registry", reference: parseReference(text) };
}

/** Where an image is, as text that {@link parseLocation} reads. */
export function locationText(location: ImageLocation): string {
  if (location.kind === "registry") return referenceText(location.reference);
  const { kind, path, tag, digest } = location;
  const end = digest === undefined ? tag === undefined ? "" : `:${tag}` : `@${digest}`;
  return `${kind}:${path}${end}`;
}
