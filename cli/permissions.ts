/**
 * What each command may ask of Deno: the one source for the sets in deno.json, the flags of a
 * relaunch, the documentation and the audit test.
 *
 * @module
 */

/** Directories where the C libraries live: Debian's two architectures, Fedora. */
const LIBRARY_DIRECTORIES = [
  "/usr/lib/x86_64-linux-gnu",
  "/usr/lib/aarch64-linux-gnu",
  "/usr/lib64",
] as const;

/** Environment variables that commands read. */
export const ENVIRONMENT = [
  "BPFMAN_CONFIG",
  "BPFMAN_DEBUG",
  "BPFMAN_LOCK_TIMEOUT",
  "BPFMAN_RUNTIME_DIR",
] as const;

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

/** Programs that keep credentials; whoever uses another one names it. */
const CREDENTIAL_HELPERS = [
  "docker-credential-acr-env",
  "docker-credential-ecr-login",
  "docker-credential-gcloud",
  "docker-credential-gcr",
  "docker-credential-pass",
  "docker-credential-secretservice",
] as const;

/** Names of the sets. */
export type PermissionSetName =
  | "attach"
  | "btf-min"
  | "check"
  | "detach"
  | "get"
  | "help"
  | "image-change"
  | "image-copy"
  | "image-inspect"
  | "image-list"
  | "image-load"
  | "image-pull"
  | "image-save"
  | "image-verify"
  | "inspect"
  | "kernel-add"
  | "kernel-list"
  | "kernel-snapshot"
  | "list"
  | "load"
  | "load-image"
  | "repair"
  | "status"
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
  /** File names of C libraries. */
  readonly ffi?: readonly string[];
  /** Programs that may be started. */
  readonly run?: readonly string[];
  /** True on commands that change something and so need the lock and the store. */
  readonly isChange: boolean;
}

const LIBC = ["libc.so.6"] as const;
const LIBXDP = ["libc.so.6", "libbpf.so.1", "libxdp.so.1"] as const;

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
  // The files may lie anywhere; whoever knows them writes --allow-read=FILE instead.
  inspect: { read: "any", env: DATA_ENVIRONMENT, isChange: false },
  "btf-min": { read: "any", write: "any", env: DATA_ENVIRONMENT, isChange: false },
  check: { read: "any", env: DATA_ENVIRONMENT, isChange: false },
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
  list: { read: "state", env: ENVIRONMENT, ffi: LIBC, isChange: false },
  get: { read: "state", env: ENVIRONMENT, ffi: LIBC, isChange: false },
  // Only records are written, and only when they are asked for.
  status: { read: "state", write: "state", env: ENVIRONMENT, ffi: LIBC, isChange: false },
  // The object file may lie anywhere.
  load: { read: "any", write: "state", env: DATA_ENVIRONMENT, ffi: LIBXDP, isChange: true },
  "load-image": { ...REGISTRY, write: "both", ffi: LIBXDP, isChange: true },
  // The target of a uprobe may lie anywhere.
  attach: { read: "any", write: "state", env: ENVIRONMENT, ffi: LIBXDP, isChange: true },
  detach: { read: "state", write: "state", env: ENVIRONMENT, ffi: LIBXDP, isChange: true },
  repair: { read: "state", write: "state", env: ENVIRONMENT, ffi: LIBXDP, isChange: true },
  unload: { read: "state", write: "state", env: ENVIRONMENT, ffi: LIBXDP, isChange: true },
};

function libraryPaths(names: readonly string[]): string[] {
  return LIBRARY_DIRECTORIES.flatMap((directory) => names.map((name) => `${directory}/${name}`));
}

/** A set as deno.json spells it. */
export interface DenoPermissionSet {
  read?: true | string[];
  write?: true | string[];
  env?: string[];
  net?: true;
  ffi?: string[];
  run?: string[];
}

/** Places that sets are about. */
export interface PermissionPlaces {
  readonly runtimeDirectory: string;
  /** Directory of stored kernels. @default "/var/lib/bpfman" */
  readonly dataDirectory?: string;
  /** Directory of this package; left out when its modules come from elsewhere. */
  readonly sources?: string;
}

/** A set for some places, in the words of deno.json. */
export function denoPermissionSet(
  set: PermissionSet,
  places: PermissionPlaces,
): DenoPermissionSet {
  const { runtimeDirectory, dataDirectory = "/var/lib/bpfman", sources } = places;
  const result: DenoPermissionSet = {};
  const folders = {
    state: [runtimeDirectory],
    data: [dataDirectory],
    both: [runtimeDirectory, dataDirectory],
  };
  // Modules are read when a command needs them, see importUnseen in main.ts.
  const own = sources === undefined ? [] : [sources];
  if (set.read === "any") result.read = true;
  else if (set.read !== undefined) result.read = [...own, ...folders[set.read]];
  else if (own.length > 0) result.read = own;
  if (set.write !== undefined) result.write = set.write === "any" ? true : folders[set.write];
  if (set.env !== undefined) result.env = [...set.env];
  if (set.net) result.net = true;
  if (set.ffi !== undefined) result.ffi = libraryPaths(set.ffi);
  if (set.run !== undefined) result.run = [...set.run];
  return result;
}

/** A set for some places, as flags of `deno run`. */
export function permissionFlags(set: PermissionSet, places: PermissionPlaces): string[] {
  return Object.entries(denoPermissionSet(set, places)).map(([kind, value]) =>
    value === true ? `--allow-${kind}` : `--allow-${kind}=${value.join(",")}`
  );
}
