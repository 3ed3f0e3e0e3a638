/**
 * What can be asked of images.
 *
 * @module
 */
import type { ObjectDiff } from "../../bytecode-tools/object/diff.ts";
import type { SignedImage, SignOptions } from "../signature/sign/sign_reference.ts";
import type { VerifiedImage, VerifyOptions } from "../signature/verify_reference.ts";
import type { ContentSource } from "./content/source.ts";
import type { ImageLocation } from "./reference.ts";
import type { BuildArguments, BuildInput, BuildRequest, BuiltImage } from "./build_types.ts";
import type {
  Descriptor,
  ImageContent,
  ImageForm,
  ImageStatement,
  Platform,
  Progress,
  PullPolicy,
} from "./types.ts";

export * from "./build_types.ts";

/** What a transfer is told. */
export interface TransferOptions {
  /** Told how far slow transfers are. */
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the work. */
  readonly signal?: AbortSignal;
}

/** A manifest that a name was resolved to, before anything that it names is fetched. */
export interface FoundManifest {
  /** The image itself, or a BTF that belongs to it. */
  readonly role: "image" | "btf";
  /** Name of the image, complete. */
  readonly name: string;
  /** Where the image is. */
  readonly location: ImageLocation;
  /** What holds the manifest and what belongs to it. */
  readonly source: ContentSource;
  /** The manifest or index; nothing else is fetched under this name. */
  readonly descriptor: Descriptor;
}

/**
 * Decides whether a manifest is used. False leaves out what only belongs to an image; who refuses the
 * image itself throws.
 */
export type Admit = (found: FoundManifest) => Promise<boolean>;

/** Options of {@link Images.pull}. */
export interface PullOptions extends TransferOptions {
  /** Asked once the name is resolved. @default everything is used */
  readonly admit?: Admit;
  /** When the registry is asked. @default "Always" */
  readonly policy?: PullPolicy;
  /** Platform to take from an index. @default this machine's */
  readonly platform?: Platform;
  /** Take every platform, so that the image can be pushed on. @default false */
  readonly allPlatforms?: boolean;
}

/** What a pull brought. */
export interface PulledImage {
  /** The name, complete. */
  readonly name: string;
  /** What the name stands for: an index or a manifest. */
  readonly descriptor: Descriptor;
  /** The manifest of the platform; the same as the descriptor without an index. */
  readonly manifest: Descriptor;
  /** True when bytes were transferred. */
  readonly isNew: boolean;
}

/** Options of {@link Images.push} and {@link Images.copy}. */
export interface CopyOptions extends TransferOptions {
  /** Signatures and BTFs as well. @default true */
  readonly withReferrers?: boolean;
}

/** What a push, copy or save did. */
export interface CopiedImage {
  /** Where it is now. */
  readonly name: string;
  /** What was copied. */
  readonly descriptor: Descriptor;
  /** Signatures and BTFs that went with it. */
  readonly referrers: number;
}

/** A row of {@link Images.list}. */
export interface ImageRow {
  /** `registry/repository`. */
  readonly repository: string;
  /** Tag, null when it has none (any more). */
  readonly tag: string | null;
  /** Digest of index or manifest. */
  readonly digest: string;
  /** Bytes of everything that the image holds in the store. */
  readonly size: number;
  /** When it came into the store, null when unknown. */
  readonly storedAt: Date | null;
  /** Such as `linux/amd64`; those whose content is in the store. */
  readonly platforms: readonly string[];
  /** Ids of loaded programs that came from it. */
  readonly usedBy: readonly number[];
  /** Applications whose restore or rollback needs it. */
  readonly neededBy: readonly string[];
}

/** One manifest of {@link ImageDescription}. */
export interface ManifestDescription {
  /** The manifest. */
  readonly descriptor: Descriptor;
  /** Platform, null when nothing names it. */
  readonly platform: Platform | null;
  /** Form, null when its content is not at hand or is no bytecode. */
  readonly form: ImageForm | null;
  /** What it says of its object. */
  readonly statement: ImageStatement | null;
  /** Labels of the configuration. */
  readonly labels: Readonly<Record<string, string>>;
  /** Annotations. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Layers. */
  readonly layers: readonly Descriptor[];
}

/** What {@link Images.inspect} tells. */
export interface ImageDescription {
  /** The name, complete. */
  readonly name: string;
  /** Index or manifest. */
  readonly descriptor: Descriptor;
  /** True when it was read from the local store. */
  readonly isLocal: boolean;
  /** Annotations of the index, or of the only manifest. */
  readonly annotations: Readonly<Record<string, string>>;
  /** One for each platform. */
  readonly manifests: readonly ManifestDescription[];
  /** What refers to it: signatures, BTFs. */
  readonly referrers: readonly ReferrerDescription[];
}

/** A manifest that belongs to an image. */
export interface ReferrerDescription {
  /** The manifest. */
  readonly descriptor: Descriptor;
  /** The type that the manifest itself says. */
  readonly artifactType: string;
  /** Digest of the manifest that it belongs to. */
  readonly subject: string;
  /** Annotations. */
  readonly annotations: Readonly<Record<string, string>>;
}

/** Options of {@link Images.inspect}. */
export interface InspectOptions extends TransferOptions {
  /** `Always` asks the registry though the image is stored. @default "IfNotPresent" */
  readonly policy?: PullPolicy;
}

/** Options of {@link Images.prune}. */
export interface PruneOptions {
  /** Every image that no loaded program came from, not only those that lost their name. */
  readonly all?: boolean;
  /** Only tell what would be removed. @default false */
  readonly dryRun?: boolean;
}

/** What a prune did. */
export interface PruneResult {
  /** Names, or digests of nameless images. */
  readonly removed: readonly string[];
  /** Images that were kept because programs came from them. */
  readonly kept: readonly string[];
  /** Bytes freed. */
  readonly freed: number;
}

/** What differs between two images. */
export interface ImageDiff {
  /** Names and digests of both. */
  readonly before: ImageIdentity;
  /** The second. */
  readonly after: ImageIdentity;
  /** What differs between the objects; programs have their size and helpers as properties. */
  readonly diff: ObjectDiff;
}

/** Name, digest and size of an image's object. */
export interface ImageIdentity {
  /** The name, complete. */
  readonly name: string;
  /** Digest of the manifest. */
  readonly digest: string;
  /** Digest of the object. */
  readonly objectDigest: string;
  /** Bytes of the object. */
  readonly objectSize: number;
}

/**
 * An object out of an image, with all that a load needs: plain data, so that it can cross from a
 * process without privilege to the one that loads.
 */
export interface ImageObject {
  /** The name, complete. */
  readonly reference: string;
  /** What the name stood for when it was resolved: index or manifest. */
  readonly digest: string;
  /** The manifest that the object came from. */
  readonly manifestDigest: string;
  /** Policy of the pull. */
  readonly pullPolicy: PullPolicy;
  /** Form of the image. */
  readonly form: ImageForm;
  /** The object. */
  readonly bytes: Uint8Array;
  /** `sha256:…` of the object; compared once more before the kernel sees it. */
  readonly objectDigest: string;
  /** What the image says; null when it says nothing. */
  readonly statement: ImageStatement | null;
  /** Minimal BTF of the running kernel, when the image brings one. */
  readonly btf?: Uint8Array;
}

/** Options of {@link Images.object}. */
export interface ObjectOptions extends TransferOptions {
  /** Asked once the name is resolved, and of what belongs to the image. @default all is used */
  readonly admit?: Admit;
  /** When the registry is asked. @default "IfNotPresent" */
  readonly policy?: PullPolicy;
  /** Release of the kernel whose minimal BTF is wanted. @default none is looked for */
  readonly kernel?: string;
  /** Platform to take from an index. @default this machine's */
  readonly platform?: Platform;
}

/**
 * Images: made, fetched, kept and moved. Nothing here needs a privilege. Every name may be one of a
 * registry, `oci:PATH[:TAG|@DIGEST]` or `oci-archive:PATH[:TAG|@DIGEST]`.
 *
 * Registry names are looked up in the local store first where a method reads only.
 */
export interface Images extends Disposable {
  /** Makes an image and stores it under its name, or in a layout. */
  build(request: BuildRequest): Promise<BuiltImage>;
  /** Tells what a container engine is to be told to make the same image. */
  buildArguments(inputs: readonly BuildInput[]): Promise<BuildArguments>;
  /** Finds the objects of a bpf2go project and the platforms that they are for. */
  projectInputs(directory: string): Promise<BuildInput[]>;
  /** Brings an image into the store. */
  pull(name: string, options?: PullOptions): Promise<PulledImage>;
  /** Sends an image of the store to its registry, or to another place. */
  push(name: string, destination?: string, options?: CopyOptions): Promise<CopiedImage>;
  /** Copies all platforms from one registry or layout to another. */
  copy(from: string, to: string, options?: CopyOptions): Promise<CopiedImage>;
  /**
   * Writes images of the store into a layout: a directory, or a tar archive when the path ends in
   * `.tar`. What is at the path already is kept when it is a layout, else refused.
   */
  save(names: readonly string[], path: string, options?: CopyOptions): Promise<CopiedImage[]>;
  /**
   * Brings every named image of a layout or archive into the store. Those that have a tag only
   * become `localhost/NAME:TAG`, with the name of the directory or archive.
   */
  load(path: string, options?: TransferOptions): Promise<CopiedImage[]>;
  /** The images of the store, by name. */
  list(): Promise<ImageRow[]>;
  /** Describes an image. */
  inspect(name: string, options?: InspectOptions): Promise<ImageDescription>;
  /** Tells whether an image is signed by whom the rule trusts; never throws for a bad signature. */
  verify(name: string, options: VerifyOptions): Promise<VerifiedImage>;
  /** Signs what a name stands for, and stores the signature where the image is. */
  sign(name: string, options: SignOptions): Promise<SignedImage>;
  /** Gives an image of the store a further name. */
  tag(name: string, newName: string): Promise<Descriptor>;
  /** Takes names away, and what they alone held; an image in use is refused. */
  remove(names: readonly string[], options?: { readonly force?: boolean }): Promise<PruneResult>;
  /** Removes what has no name, or all that no program came from. */
  prune(options?: PruneOptions): Promise<PruneResult>;
  /** Compares the objects of two images, or of an image and a file with `file:PATH`. */
  diff(before: string, after: string, options?: ObjectOptions): Promise<ImageDiff>;
  /** The object of an image: resolved once, fetched by digest, every byte compared. */
  object(name: string, options?: ObjectOptions): Promise<ImageObject>;
  /** The content of one manifest, as {@link Images.object} reads it. */
  content(name: string, options?: ObjectOptions): Promise<ImageContent>;
  /** Where a name points, without touching anything. */
  locate(name: string): ImageLocation;
}
