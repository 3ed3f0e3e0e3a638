/**
 * The units that look for drift from time to time.
 *
 * @module
 */
import { commandWord, listWord } from "./escape.ts";
import { hardening } from "./hardening.ts";
import { RESTORE_SERVICE } from "./restore_unit.ts";
import { neededMounts, placeOptions, type UnitSettings } from "./settings.ts";
import { setting, type UnitFile, unitFile, type UnitSetting } from "./unit_text.ts";

/** Name of the service. */
const STATUS_SERVICE = "bpfman-status.service";
/** Name of the timer. */
const STATUS_TIMER = "bpfman-status.timer";

/** Exit code of `status` when something drifted. */
const EXIT_DRIFT = 8;

function service(settings: UnitSettings): UnitSetting[] {
  const { program, runtimeDirectory, denoDirectory } = settings;
  const words = [...program, "status", "--record", ...placeOptions(settings)];
  return [
    setting("Type", "oneshot"),
    setting("ExecStart", words.map(commandWord).join(" ")),
    setting(
      "SuccessExitStatus",
      String(EXIT_DRIFT),
      "Drift is an answer and no failure of the service: it is in the journal and in records/.",
    ),
    setting("TimeoutStartSec", "2min"),
    ...(denoDirectory === undefined
      ? []
      : [setting("Environment", listWord(`DENO_DIR=${denoDirectory}`))]),
    ...hardening({
      capabilities: ["CAP_BPF", "CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_SYS_PTRACE"],
      whyCapabilities: "To ask the kernel by id, for chains of interfaces, and in namespaces of\n" +
        "processes.",
      writable: [runtimeDirectory],
      programPaths: neededMounts(settings),
      calls: ["bpf", "pkey_alloc", "pkey_free", "pkey_mprotect"],
      whyCalls: "Besides what every service may: to ask for eBPF objects; and V8's memory keys.",
    }),
    setting("ProtectKernelTunables", "yes", "It changes nothing below /proc/sys and /sys."),
    setting("ProtectControlGroups", "yes"),
    setting("PrivateDevices", "yes"),
  ];
}

/** The service. */
export function statusUnit(settings: UnitSettings): UnitFile {
  return unitFile(STATUS_SERVICE, [
    {
      name: "Unit",
      settings: [
        setting("Description", "Compare what bpfman remembers with the kernel"),
        setting("After", RESTORE_SERVICE),
        setting("RequiresMountsFor", neededMounts(settings).map(listWord).join(" ")),
      ],
    },
    { name: "Service", settings: service(settings) },
  ]);
}

/** The timer. */
export function statusTimer(): UnitFile {
  return unitFile(STATUS_TIMER, [
    {
      name: "Unit",
      settings: [setting("Description", "Look for drift of eBPF programs and links")],
    },
    {
      name: "Timer",
      settings: [
        setting("OnBootSec", "5min"),
        setting("OnUnitActiveSec", "15min"),
        setting("RandomizedDelaySec", "1min", "A fleet shall not look all at once."),
        setting("AccuracySec", "30s"),
      ],
    },
  ], "timers.target");
}
