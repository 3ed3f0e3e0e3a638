/**
 * What each command may ask of Deno: the one source for the sets in deno.json, the flags of a
 * relaunch, the documentation and the audit test.
 *
 * @module
 */

import { DEFAULT_RUNTIME_DIRECTORY } from "../core/layout.ts";
import { AUDIT_DIRECTORY } from "./audit_place.ts";

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

/** What tells on whose behalf a change is made, for policy and audit log. */
const REQUESTER_ENVIRONMENT = ["BPFMAN_SERVICE_ACCOUNT", "PKEXEC_UID", "SUDO_UID"] as const;

/** Directory of the configuration. */
const CONFIGURATION = "/etc/bpfman";

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
  | "audit"
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
  | "image-sign"
  | "image-verify"
  | "inspect"
  | "kernel-add"
  | "kernel-list"
  | "kernel-snapshot"
  | "list"
  | "load"
  | "load-image"
  | "policy-check"
  | "policy-why"
  | "sign"
  | "trust-show"
  | "trust-update"
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
  /** What may be asked of the system. */
  readonly sys?: readonly string[];
  /** True on commands that change something and so need the lock and the store. */
  readonly isChange: boolean;
}

/** Who asks, and for which kernel a BTF is wanted. */
const REQUESTER = ["gid", "osRelease", "uid"] as const;
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
  // The log may lie anywhere.
  audit: { read: "any", env: ENVIRONMENT, isChange: false },
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
  "image-sign": { ...REGISTRY, write: "any", env: SIGN_ENVIRONMENT, isChange: false },
  // The signature goes beside the file.
  sign: { read: "any", write: "any", env: [...ENVIRONMENT, "COSIGN_PASSWORD"], isChange: false },
  list: { read: "state", env: ENVIRONMENT, ffi: LIBC, isChange: false },
  get: { read: "state", env: ENVIRONMENT, ffi: LIBC, isChange: false },
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
  "trust-show": { read: "data", env: DATA_ENVIRONMENT, isChange: false },
  // What reads TUF repositories looks through the whole environment when it is loaded.
  "trust-update": { read: "any", write: "data", net: true, hasWholeEnv: true, isChange: false },
  unload: { read: "state", write: "state", env: ENVIRONMENT, ffi: LIBXDP, isChange: true },
};

function libraryPaths(names: readonly string[]): string[] {
  return LIBRARY_DIRECTORIES.flatMap((directory) => names.map((name) => `${directory}/${name}`));
}

/** A set as deno.json spells it. */
export interface DenoPermissionSet {
  read?: true | string[];
  write?: true | string[];
  env?: true | string[];
  net?: true;
  ffi?: string[];
  run?: string[];
  sys?: string[];
}

/** Places that sets are about. */
export interface PermissionPlaces {
  readonly runtimeDirectory: string;
  /** Directory of stored kernels. @default "/var/lib/bpfman" */
  readonly dataDirectory?: string;
  /** Directory of the audit log. @default that of the runtime directory */
  readonly auditDirectory?: string;
  /** Directory of this package; left out when its modules come from elsewhere. */
  readonly sources?: string;
}

/** Directory of the audit log. */
function auditDirectoryOf({ runtimeDirectory, auditDirectory }: PermissionPlaces): string {
  return auditDirectory ??
    (runtimeDirectory === DEFAULT_RUNTIME_DIRECTORY ? AUDIT_DIRECTORY : runtimeDirectory);
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
  const log = set.isChange ? [auditDirectoryOf(places)] : [];
  const more = set.isChange ? [CONFIGURATION, ...log] : [];
  const distinct = (paths: readonly string[]) => [...new Set(paths)];
  if (set.read === "any") result.read = true;
  else if (set.read !== undefined) result.read = distinct([...own, ...folders[set.read], ...more]);
  else if (own.length > 0) result.read = own;
  if (set.write !== undefined) {
    result.write = set.write === "any" ? true : distinct([...folders[set.write], ...log]);
  }
  if (set.env !== undefined) {
    result.env = distinct([...set.env, ...(set.isChange ? REQUESTER_ENVIRONMENT : [])]);
  }
  if (set.hasWholeEnv) result.env = true;
  if (set.net) result.net = true;
  if (set.ffi !== undefined) result.ffi = libraryPaths(set.ffi);
  if (set.run !== undefined) result.run = [...set.run];
  if (set.sys !== undefined) result.sys = [...set.sys];
  return result;
}

/** A set for some places, as flags of `deno run`. */
export function permissionFlags(set: PermissionSet, places: PermissionPlaces): string[] {
  return Object.entries(denoPermissionSet(set, places)).map(([kind, value]) =>
    value === true ? `--allow-${kind}` : `--allow-${kind}=${value.join(",")}`
  );
}
