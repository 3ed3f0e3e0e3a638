/**
 * What each command may ask of Deno: the one source for the sets in deno.json, the documentation and
 * the audit test. The processes of a change have sets of their own (stages/permission_sets.ts).
 *
 * @module
 */

/** Environment variables that commands read. */
export const ENVIRONMENT = [
  "BPFMAN_CONFIG",
  "BPFMAN_DEBUG",
  "BPFMAN_LOCK_TIMEOUT",
  "BPFMAN_RUNTIME_DIR",
  "TERM",
] as const;

/** What tells on whose behalf a change is made, for policy and audit log. */
export const REQUESTER_ENVIRONMENT = ["BPFMAN_SERVICE_ACCOUNT", "PKEXEC_UID", "SUDO_UID"] as const;

/** What the reader of manifests asks: whether it is to show its own steps. */
export const MANIFEST_ENVIRONMENT = ["LOG_STREAM", "LOG_TOKENS"] as const;

/** Those and what tells where stored kernels are. */
export const DATA_ENVIRONMENT = [
  ...ENVIRONMENT,
  "BPFMAN_DATA_DIR",
  "HOME",
  "XDG_DATA_HOME",
] as const;

/** Those and what tells where credentials of registries are, and how images are dated. */
export const IMAGE_ENVIRONMENT = [
  ...DATA_ENVIRONMENT,
  "BPFMAN_REGISTRY_AUTH",
  "DOCKER_CONFIG",
  "REGISTRY_AUTH_FILE",
  "SOURCE_DATE_EPOCH",
  "XDG_CONFIG_HOME",
  "XDG_RUNTIME_DIR",
] as const;

/** Those and what opens an encrypted private key. */
const SIGN_ENVIRONMENT = [...IMAGE_ENVIRONMENT, "COSIGN_PASSWORD"] as const;

/** Programs that keep credentials; whoever uses another one names it. */
export const CREDENTIAL_HELPERS = [
  "docker-credential-acr-env",
  "docker-credential-ecr-login",
  "docker-credential-gcloud",
  "docker-credential-gcr",
  "docker-credential-pass",
  "docker-credential-secretservice",
] as const;

/** Names of the sets. */
export type PermissionSetName =
  | "apply"
  | "attach"
  | "audit"
  | "btf-min"
  | "check"
  | "complete"
  | "convert"
  | "detach"
  | "doctor"
  | "get"
  | "help"
  | "history"
  | "image-change"
  | "image-copy"
  | "image-inspect"
  | "image-list"
  | "image-load"
  | "image-pull"
  | "image-save"
  | "image-sign"
  | "image-verify"
  | "inspect"
  | "kernel-add"
  | "kernel-list"
  | "kernel-snapshot"
  | "list"
  | "load"
  | "load-image"
  | "new"
  | "plan"
  | "policy-check"
  | "policy-why"
  | "repair"
  | "restore"
  | "schema"
  | "sign"
  | "status"
  | "trust-show"
  | "trust-update"
  | "units"
  | "unload"
  | "version";

/** Files that a set is about. */
type FilePlaces = "state" | "data" | "both" | "any";

/** Permissions of one set besides reading this package's modules. What is left out is denied. */
export interface PermissionSet {
  /**
   * `state` stands for the runtime directory, `data` for that of stored kernels and images, `both`
   * for the two; `any` for every file.
   */
  readonly read?: FilePlaces;
  readonly write?: FilePlaces;
  /** May talk to any host. @default false */
  readonly net?: boolean;
  readonly env?: readonly string[];
  /** May read every environment variable. @default false */
  readonly hasWholeEnv?: boolean;
  /** File names of C libraries. */
  readonly ffi?: readonly string[];
  /** Programs that may be started. */
  readonly run?: readonly string[];
  /** End of the pipe between the two processes. */
  readonly pipe?: "read" | "write";
  /** What may be asked of the system. */
  readonly sys?: readonly string[];
  /** True on commands that change something and so need the lock and the store. */
  readonly isChange: boolean;
}

/** Who asks, and for which kernel a BTF is wanted. */
export const REQUESTER = ["gid", "osRelease", "uid"] as const;
const LIBC = ["libc.so.6"] as const;
/** What talks to the kernel about programs and chains. */
export const LIBXDP = ["libc.so.6", "libbpf.so.1", "libxdp.so.1"] as const;

const REGISTRY = {
  read: "any",
  net: true,
  env: IMAGE_ENVIRONMENT,
  run: CREDENTIAL_HELPERS,
} as const;

/** The sets by name. */
export const PERMISSION_SETS: Readonly<Record<PermissionSetName, PermissionSet>> = {
  // Nothing but its own modules.
  help: { isChange: false },
  version: { env: ENVIRONMENT, ffi: LIBXDP, isChange: false },
  schema: { env: ENVIRONMENT, isChange: false },
  // The files may lie anywhere; whoever knows them writes --allow-read=FILE instead.
  inspect: { read: "any", env: DATA_ENVIRONMENT, isChange: false },
  // The log may lie anywhere.
  audit: { read: "any", env: ENVIRONMENT, isChange: false },
  "btf-min": { read: "any", write: "any", env: DATA_ENVIRONMENT, isChange: false },
  check: { read: "any", env: DATA_ENVIRONMENT, isChange: false },
  // Manifests may lie anywhere.
  convert: { read: "any", env: [...ENVIRONMENT, ...MANIFEST_ENVIRONMENT], isChange: false },
  "kernel-list": { read: "data", env: DATA_ENVIRONMENT, isChange: false },
  // Only dpkg-deb unpacks Debian packages.
  "kernel-add": {
    read: "any",
    write: "data",
    env: DATA_ENVIRONMENT,
    run: ["dpkg-deb"],
    isChange: false,
  },
  "kernel-snapshot": {
    read: "data",
    write: "data",
    env: DATA_ENVIRONMENT,
    ffi: LIBC,
    isChange: false,
  },
  // Which programs came from an image is in the runtime directory.
  "image-list": { read: "both", env: IMAGE_ENVIRONMENT, isChange: false },
  "image-change": { read: "both", write: "data", env: IMAGE_ENVIRONMENT, isChange: false },
  // Layouts may lie anywhere.
  "image-load": { read: "any", write: "data", env: IMAGE_ENVIRONMENT, isChange: false },
  "image-save": { read: "any", write: "any", env: IMAGE_ENVIRONMENT, isChange: false },
  // Registries may be anywhere; credentials and certificates too.
  "image-inspect": { ...REGISTRY, isChange: false },
  "image-verify": { ...REGISTRY, isChange: false },
  "image-pull": { ...REGISTRY, write: "data", isChange: false },
  "image-copy": { ...REGISTRY, write: "any", isChange: false },
  "image-sign": { ...REGISTRY, write: "any", env: SIGN_ENVIRONMENT, isChange: false },
  // The signature goes beside the file.
  sign: { read: "any", write: "any", env: [...ENVIRONMENT, "COSIGN_PASSWORD"], isChange: false },
  // The object on the line may lie anywhere; nothing is ever written.
  complete: { read: "any", env: DATA_ENVIRONMENT, ffi: LIBC, isChange: false },
  list: { read: "state", env: ENVIRONMENT, ffi: LIBC, isChange: false },
  get: { read: "state", env: ENVIRONMENT, ffi: LIBC, isChange: false },
  // Files of settings may lie anywhere. Nothing is written; a file of facts is named with
  // --allow-write=FILE.
  doctor: { read: "any", env: DATA_ENVIRONMENT, ffi: LIBXDP, isChange: false },
  // Only records are written, and only when they are asked for.
  status: { read: "state", write: "state", env: ENVIRONMENT, ffi: LIBC, isChange: false },
  // The object file may lie anywhere.
  load: {
    read: "any",
    write: "state",
    env: DATA_ENVIRONMENT,
    ffi: LIBXDP,
    sys: REQUESTER,
    isChange: true,
  },
  "load-image": {
    ...REGISTRY,
    write: "both",
    ffi: LIBXDP,
    sys: REQUESTER,
    isChange: true,
  },
  // Manifests, and the files and layouts that they name, may lie anywhere; images may be fetched.
  apply: {
    ...REGISTRY,
    write: "both",
    env: [...IMAGE_ENVIRONMENT, ...MANIFEST_ENVIRONMENT],
    ffi: LIBXDP,
    sys: REQUESTER,
    isChange: true,
  },
  // Keys and roots that a policy names may lie anywhere.
  "policy-check": { read: "any", env: ENVIRONMENT, isChange: false },
  // Does what a load does, up to the point where the kernel would be asked.
  "policy-why": {
    ...REGISTRY,
    write: "data",
    env: [...IMAGE_ENVIRONMENT, ...REQUESTER_ENVIRONMENT],
    sys: REQUESTER,
    isChange: false,
  },
  // What an apply does, up to the point where something would be changed.
  plan: {
    ...REGISTRY,
    write: "data",
    env: [...IMAGE_ENVIRONMENT, ...MANIFEST_ENVIRONMENT, ...REQUESTER_ENVIRONMENT],
    ffi: LIBC,
    sys: REQUESTER,
    isChange: false,
  },
  // An export is read back.
  history: {
    read: "both",
    env: [...IMAGE_ENVIRONMENT, ...MANIFEST_ENVIRONMENT],
    ffi: LIBC,
    isChange: false,
  },
  // Brings nothing new: images are in the store, copies of files in the data directory.
  restore: {
    read: "any",
    write: "both",
    env: [...IMAGE_ENVIRONMENT, ...MANIFEST_ENVIRONMENT],
    ffi: LIBXDP,
    sys: REQUESTER,
    isChange: true,
  },
  // The target of a uprobe may lie anywhere.
  attach: {
    read: "any",
    write: "state",
    env: ENVIRONMENT,
    ffi: LIBXDP,
    sys: REQUESTER,
    isChange: true,
  },
  detach: { read: "state", write: "state", env: ENVIRONMENT, ffi: LIBXDP, isChange: true },
  repair: { read: "state", write: "state", env: ENVIRONMENT, ffi: LIBXDP, isChange: true },
  "trust-show": { read: "data", env: DATA_ENVIRONMENT, isChange: false },
  // What reads TUF repositories looks through the whole environment when it is loaded.
  "trust-update": { read: "any", write: "data", net: true, hasWholeEnv: true, isChange: false },
  // Projects may be begun anywhere.
  new: { read: "any", write: "any", env: ENVIRONMENT, isChange: false },
  // Units may be kept anywhere.
  units: {
    read: "any",
    write: "any",
    env: [...DATA_ENVIRONMENT, "DENO_DIR", "XDG_CACHE_HOME"],
    isChange: false,
  },
  unload: { read: "state", write: "state", env: ENVIRONMENT, ffi: LIBXDP, isChange: true },
};
