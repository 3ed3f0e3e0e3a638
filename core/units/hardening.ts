/**
 * What both services are kept from, with the reason for each setting.
 *
 * @module
 */
import { listWord } from "./escape.ts";
import { setting, type UnitSetting } from "./unit_text.ts";

/** What a service needs of the machine. */
export interface HardeningOptions {
  readonly capabilities: readonly string[];
  readonly whyCapabilities: string;
  /** Paths that it writes to. */
  readonly writable: readonly string[];
  /** Paths that it must find: the program itself, Deno and its cache. */
  readonly programPaths: readonly string[];
  /** System calls besides those of every service. */
  readonly calls: readonly string[];
  readonly whyCalls: string;
}

const HOMES = /^\/(home|root|run\/user)(\/|$)/;

function homes(paths: readonly string[]): UnitSetting {
  return paths.some((path) => HOMES.test(path))
    ? setting("ProtectHome", "read-only", "The program itself is in a home: read it and no more.")
    : setting("ProtectHome", "yes", "Nothing of it is in a home.");
}

/** Folders that a service with PrivateTmp= has of its own. */
const SCRATCH = /^\/(tmp|var\/tmp)(\/|$)/;

/** True when the next start of the machine may remove some of these paths. */
export function isScratch(path: string): boolean {
  return SCRATCH.test(path);
}

function scratch(paths: readonly string[]): UnitSetting {
  return paths.some(isScratch)
    ? setting("PrivateTmp", "no", "The program itself is in /tmp.")
    : setting("PrivateTmp", "yes", "Nothing is exchanged by way of /tmp.");
}

function files({ writable, programPaths }: HardeningOptions): UnitSetting[] {
  return [
    setting(
      "ProtectSystem",
      "strict",
      "All but /dev, /proc, /sys and the paths below is read-only. This takes a mount namespace of\n" +
        "its own, in which nothing that is mounted reaches the host: the bpffs has a mount unit.",
    ),
    setting(
      "ReadWritePaths",
      // a minus: whoever removes a folder by hand must not keep the service from starting
      writable.map((path) => listWord(`-${path}`)).join(" "),
    ),
    homes(programPaths),
    scratch(programPaths),
  ];
}

function kernel(): UnitSetting[] {
  return [
    setting("NoNewPrivileges", "yes", "Each process gets less than the one before, never more."),
    setting(
      "ProtectKernelModules",
      "yes",
      "The kernel loads what tc and veth need by itself; this service loads no module.",
    ),
    setting("ProtectKernelLogs", "yes"),
    setting("ProtectClock", "yes"),
    setting("ProtectHostname", "yes"),
    setting("LockPersonality", "yes"),
    setting("RestrictRealtime", "yes"),
    setting("RestrictSUIDSGID", "yes"),
    setting("MemoryDenyWriteExecute", "no", "V8 compiles JavaScript to machine code as it runs."),
    setting(
      "RestrictNamespaces",
      "net",
      "Interfaces of other network namespaces are entered; no other kind is.",
    ),
    setting(
      "RestrictAddressFamilies",
      "AF_NETLINK AF_UNIX",
      "Interfaces are asked of the kernel by netlink. No socket reaches another machine.\n" +
        "PrivateNetwork= would hide the interfaces.",
    ),
  ];
}

/** The settings. */
export function hardening(options: HardeningOptions): UnitSetting[] {
  const { capabilities, whyCapabilities, calls, whyCalls } = options;
  return [
    setting("CapabilityBoundingSet", capabilities.join(" "), whyCapabilities),
    ...files(options),
    ...kernel(),
    setting("SystemCallArchitectures", "native"),
    setting("SystemCallFilter", ["@system-service", ...calls].join(" "), whyCalls),
    setting("SystemCallErrorNumber", "EPERM"),
    setting("UMask", "0022"),
  ];
}
