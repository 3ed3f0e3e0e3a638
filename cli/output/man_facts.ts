/**
 * Files, environment variables and further pages, for man pages.
 *
 * @module
 */

/** Files and directories with what they are. */
export const MAN_FILES: readonly (readonly [path: string, text: string])[] = [
  ["/etc/bpfman/bpfman.toml", "Configuration; every part of it may be left out"],
  ["/etc/bpfman/policy.json", "Policy: whose objects are let in, and who may attach what"],
  ["/run/bpfman", "State of the running machine: pins, database, lock; gone after a reboot"],
  ["/run/bpfman/fs", "The bpffs with the pins of programs, maps and links"],
  ["/var/lib/bpfman", "Data that stays: images, kernels, generations of applications"],
  ["~/.local/share/bpfman", "The same for users other than root"],
  ["/var/log/bpfman", "Audit log"],
];

/** Environment variables that every user may care for, with what they say. */
export const MAN_ENVIRONMENT: readonly (readonly [name: string, text: string])[] = [
  ["BPFMAN_CONFIG", "Configuration file, in place of --config"],
  ["BPFMAN_RUNTIME_DIR", "Runtime directory, in place of --runtime-dir"],
  ["BPFMAN_DATA_DIR", "Directory of data that stays, in place of --data-dir"],
  ["BPFMAN_LOCK_TIMEOUT", "Longest wait for the lock, in place of --lock-timeout"],
  ["BPFMAN_REGISTRY_AUTH", "Name and password for the registry, in place of --registry-auth"],
  ["BPFMAN_SERVICE_ACCOUNT", "Service account on whose behalf a change is made, for the policy"],
  ["BPFMAN_DEBUG", "1 shows the stack of errors"],
  ["COSIGN_PASSWORD", "Password of an encrypted private key"],
  ["DOCKER_CONFIG", "Folder with the credentials of registries"],
  ["REGISTRY_AUTH_FILE", "File with the credentials of registries"],
  ["SOURCE_DATE_EPOCH", "Seconds since 1970 that new images are dated with"],
  ["NO_COLOR", "Anything: no colours"],
];

/** A page that is about no command: what users write, and what words mean. */
export interface ManReference {
  readonly name: string;
  readonly section: 5 | 7;
  /** What stands behind the name. */
  readonly title: string;
  /** First words of the commands whose pages refer to it. */
  readonly words: readonly string[];
}

/** The pages besides those of commands. */
export const MAN_REFERENCES: readonly ManReference[] = [
  {
    name: "bpfman-config",
    section: 5,
    title: "configuration file of bpfman",
    words: ["schema", "install-unit"],
  },
  {
    name: "bpfman-policy",
    section: 5,
    title: "who may load which eBPF programs, and attach them where",
    words: ["policy", "load", "run", "attach", "schema"],
  },
  {
    name: "bpfman-manifest",
    section: 5,
    title: "applications as files: what apply makes so",
    words: [
      "apply",
      "plan",
      "diff",
      "rollback",
      "history",
      "export",
      "convert",
      "restore",
      "schema",
    ],
  },
  {
    name: "bpfman-audit",
    section: 5,
    title: "log of every attempt to change something",
    words: ["audit"],
  },
  {
    name: "bpfman-facts",
    section: 5,
    title: "what is known of a kernel, for check on other machines",
    words: ["doctor", "check", "kernel", "bytecode"],
  },
  {
    name: "bpfman-concepts",
    section: 7,
    title: "words, chains, the life of a load, and where state lives",
    words: ["load", "run", "attach", "dispatcher", "status"],
  },
  {
    name: "bpfman-output",
    section: 7,
    title: "output for people and for scripts",
    words: ["list", "get", "schema"],
  },
];
