/**
 * The unit that brings declared state back when the machine starts, and the mount that it needs.
 *
 * @module
 */
import { commandWord, listWord, mountUnitName, pathValue } from "./escape.ts";
import { hardening } from "./hardening.ts";
import { bpffsOf, neededMounts, placeOptions, type UnitSettings } from "./settings.ts";
import { setting, type UnitFile, unitFile, type UnitSetting } from "./unit_text.ts";

/** Name of the service. */
export const RESTORE_SERVICE = "bpfman-restore.service";

/** How long an interface is waited for that does not exist yet. */
const WAIT = "10s";

const EARLY = setting(
  "DefaultDependencies",
  "no",
  "Part of the early start, which the usual dependencies would come after.",
);

/** The mount of the bpffs. */
export function mountUnit(settings: UnitSettings): UnitFile {
  const bpffs = bpffsOf(settings);
  return unitFile(mountUnitName(bpffs), [
    {
      name: "Unit",
      settings: [
        setting("Description", "Pins of bpfman (bpffs)"),
        { ...EARLY, why: `${EARLY.why}\nNor may it be unmounted while the machine shuts down.` },
      ],
    },
    {
      name: "Mount",
      settings: [
        setting(
          "What",
          "bpf",
          "A unit of its own, since what a hardened service mounts nobody else sees.\n" +
            "Stopping this unit removes the pins, and with them what runs.",
        ),
        setting("Where", pathValue(bpffs)),
        setting("Type", "bpf"),
        setting(
          "Options",
          "nosuid,nodev,noexec,mode=0755",
          "Without a mode everybody may make files among the pins.",
        ),
      ],
    },
  ]);
}

function order(settings: UnitSettings): UnitSetting[] {
  const { dataDirectory } = settings;
  const paths = [bpffsOf(settings), dataDirectory, ...neededMounts(settings)];
  return [
    setting("Description", "Restore the eBPF applications that were declared with bpfman apply"),
    EARLY,
    setting(
      "Before",
      "network-pre.target shutdown.target",
      "Before the first packet: network managers start after network-pre.target.",
    ),
    setting("Wants", "network-pre.target sys-kernel-tracing.mount"),
    setting(
      "After",
      "local-fs.target systemd-modules-load.service systemd-sysctl.service " +
        "systemd-udev-trigger.service sys-kernel-tracing.mount",
      "Modules, kernel.perf_event_paranoid, interfaces of the hardware, tracefs.",
    ),
    setting("Conflicts", "shutdown.target"),
    setting(
      "RequiresMountsFor",
      paths.map(listWord).join(" "),
      "Pins, declared state, and the program itself.",
    ),
    setting("StartLimitIntervalSec", "10min"),
    setting("StartLimitBurst", "10"),
  ];
}

function service(settings: UnitSettings): UnitSetting[] {
  const { program, runtimeDirectory, dataDirectory, auditDirectory, denoDirectory } = settings;
  const words = [
    ...[...program, "restore", "--wait", WAIT],
    ...[...placeOptions(settings), "--data-dir", dataDirectory],
  ];
  return [
    setting("Type", "oneshot"),
    setting("RemainAfterExit", "yes", "Nothing stays running; done is done until the next start."),
    setting("ExecStart", words.map(commandWord).join(" ")),
    setting(
      "Restart",
      "on-failure",
      "An application whose interface comes with the network is tried again; what is there stays.",
    ),
    setting("RestartSec", "20s"),
    setting("TimeoutStartSec", "5min"),
    ...(denoDirectory === undefined ? [] : [
      setting("Environment", listWord(`DENO_DIR=${denoDirectory}`), "Modules; no network yet."),
    ]),
    ...hardening({
      capabilities: [
        ...["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON", "CAP_SYSLOG", "CAP_SYS_ADMIN"],
        ...["CAP_CHOWN", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID"],
      ],
      whyCapabilities:
        "Five to load and attach (SYSLOG: addresses of the kernel's symbols; SYS_ADMIN:\n" +
        "ids, uprobes, namespaces); CHOWN for [maps] group; SETUID, SETGID and SETPCAP to\n" +
        "hand down less (docs/privileges.md).",
      writable: [
        ...[runtimeDirectory, dataDirectory, auditDirectory],
        ...(denoDirectory === undefined ? [] : [denoDirectory]),
      ],
      programPaths: neededMounts(settings),
      calls: [
        ...["bpf", "perf_event_open", "seccomp"],
        ...["landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"],
        ...["pkey_alloc", "pkey_free", "pkey_mprotect"],
      ],
      whyCalls:
        "Besides what every service may: eBPF and its events, the jails of bpfman's own,\n" +
        "and V8's memory keys. No mount, no module, no ptrace, no reboot.",
    }),
  ];
}

/** The service. */
export function restoreUnit(settings: UnitSettings): UnitFile {
  return unitFile(RESTORE_SERVICE, [
    { name: "Unit", settings: order(settings) },
    { name: "Service", settings: service(settings) },
  ], "sysinit.target");
}
