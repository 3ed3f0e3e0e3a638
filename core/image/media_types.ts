/**
 * Media types and annotations of images.
 *
 * @module
 */

/** Media types that are written or understood. */
export const MediaType = {
  OCI_INDEX: "application/vnd.oci.image.index.v1+json",
  OCI_MANIFEST: "application/vnd.oci.image.manifest.v1+json",
  OCI_CONFIG: "application/vnd.oci.image.config.v1+json",
  OCI_LAYER: "application/vnd.oci.image.layer.v1.tar+gzip",
  OCI_EMPTY: "application/vnd.oci.empty.v1+json",
  DOCKER_LIST: "application/vnd.docker.distribution.manifest.list.v2+json",
  DOCKER_MANIFEST: "application/vnd.docker.distribution.manifest.v2+json",
  DOCKER_CONFIG: "application/vnd.docker.container.image.v1+json",
  DOCKER_LAYER: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  GADGET: "application/vnd.gadget.v1+binary",
  GADGET_CONFIG: "application/vnd.gadget.config.v1+yaml",
  GADGET_PROGRAM: "application/vnd.gadget.ebpf.program.v1+binary",
  GADGET_BTFS: "application/vnd.gadget.btfgen.v1+binary",
  BUMBLEBEE_CONFIG: "application/ebpf.oci.image.config.v1+json",
  BUMBLEBEE_PROGRAM: "application/ebpf.oci.image.program.v1+binary",
  BUMBLEBEE_OLD_PROGRAM: "binary/ebpf.solo.io.v1",
  BUMBLEBEE_FIRST_PROGRAM: "ebpf.solo.io.progfile/v1",
  /** An artifact of ours: an object as it is, with BTFs as further layers. */
  BYTECODE: "application/vnd.bpfman.bytecode.v1",
  BYTECODE_OBJECT: "application/vnd.bpfman.bytecode.object.v1+elf",
  /** Minimal BTFs: the type of the artifact and of each of its layers. */
  BTF: "application/vnd.bpfman.btf.v1",
} as const;

/** Media types of documents that name other content. */
export const MANIFEST_TYPES: readonly string[] = [
  MediaType.OCI_INDEX,
  MediaType.OCI_MANIFEST,
  MediaType.DOCKER_LIST,
  MediaType.DOCKER_MANIFEST,
];

/** Media types of those among them that list manifests. */
export const INDEX_TYPES: readonly string[] = [MediaType.OCI_INDEX, MediaType.DOCKER_LIST];

/** Annotations that are written or understood. */
export const Annotation = {
  TITLE: "org.opencontainers.image.title",
  SOURCE: "org.opencontainers.image.source",
  REVISION: "org.opencontainers.image.revision",
  LICENSES: "org.opencontainers.image.licenses",
  CREATED: "org.opencontainers.image.created",
  DESCRIPTION: "org.opencontainers.image.description",
  VERSION: "org.opencontainers.image.version",
  /** Name of an entry of a layout's index. */
  REF_NAME: "org.opencontainers.image.ref.name",
  /** Release of the kernel that a BTF is for. */
  BTF_KERNEL: "io.ebpf.btf.kernel",
  /** When an image came into the store. */
  STORED: "io.bpfman.image.stored",
  /** The name that an image had before another took it. */
  FORMER_NAME: "io.bpfman.image.former-name",
} as const;

/** Most bytes of each kind of content. */
export const Limit = {
  MANIFEST: 4 * 1024 * 1024,
  CONFIG: 1024 * 1024,
  LAYER: 64 * 1024 * 1024,
  OBJECT: 16 * 1024 * 1024,
  /** Referrers of one manifest that are looked at. */
  REFERRERS: 256,
  /** Manifests of one index. */
  MANIFESTS: 512,
  /** Layers of one manifest. */
  LAYERS: 512,
} as const;
