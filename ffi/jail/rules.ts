/**
 * Which system calls each part of the program is refused, as data.
 *
 * @module
 */
import type { Rule } from "./filter.ts";

/** What the rules of a jail depend on. */
export interface JailRulesOptions {
  /** Route netlink, to attach to interfaces. */
  readonly mayNetlink: boolean;
  /** setns(2), to work in the network namespace of somebody else. */
  readonly mayEnterNamespaces: boolean;
  /** perf_event_open(2), to attach probes. */
  readonly mayOpenPerfEvents: boolean;
  /** chmod(2) and chown(2), to open maps for a group. @default false */
  readonly mayChangeAccess?: boolean;
  /** The process itself: the only one that it may signal or limit. */
  readonly pid: number;
}

const ENOSYS = 38;
const AF_UNIX = 1;
const AF_NETLINK = 16;
const SOCK_STREAM = 1;
/** The bits of a socket's type that are no flags. */
const SOCKET_TYPE = 0xf;
/** CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const CLONE_NAMESPACES = 0x7e02_0080;
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;

/** What no part of this program ever does, with or without privileges. */
const NEVER: readonly Rule[] = [
  {
    calls: [
      ...["ptrace", "process_vm_readv", "process_vm_writev", "process_madvise"] as const,
      ...["process_mrelease", "kcmp", "pidfd_getfd"] as const,
      ...["init_module", "finit_module", "delete_module", "kexec_load"] as const,
      ...["kexec_file_load", "mount", "umount2", "pivot_root", "chroot", "fsopen"] as const,
      ...["fsconfig", "fsmount", "fspick", "move_mount", "open_tree"] as const,
      ...["open_tree_attr", "mount_setattr", "unshare", "userfaultfd"] as const,
      ...["io_uring_setup", "io_uring_enter", "io_uring_register", "add_key"] as const,
      ...["request_key", "keyctl", "open_by_handle_at", "name_to_handle_at"] as const,
      ...["fanotify_init", "fanotify_mark", "reboot", "swapon", "swapoff", "acct"] as const,
      ...["quotactl", "quotactl_fd", "settimeofday", "clock_settime"] as const,
      ...["clock_adjtime", "adjtimex", "sethostname", "setdomainname", "syslog"] as const,
      ...["lookup_dcookie", "vhangup", "personality", "iopl", "ioperm"] as const,
      ...["modify_ldt", "uselib", "ustat", "sysfs"] as const,
    ],
  },
  // the flags of clone3 lie in memory, which no filter can see; libc then takes clone
  { calls: ["clone3"], errno: ENOSYS },
  {
    calls: ["clone"],
    when: [{ argument: 0, mask: CLONE_NAMESPACES, oneOf: [0], isNegated: true }],
  },
  // keystrokes for whoever reads the terminal next
  { calls: ["ioctl"], when: [{ argument: 1, oneOf: [TIOCSTI, TIOCLINUX] }] },
];

/** Files keep their owner, mode and times, which Landlock does not look after. */
const ACCESS: Rule = {
  calls: [
    ...["chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown"] as const,
    "fchownat",
  ],
};

const ATTRIBUTES: Rule = {
  calls: [
    ...["setxattr", "lsetxattr", "fsetxattr", "setxattrat"] as const,
    ...["removexattr", "lremovexattr", "fremovexattr", "removexattrat"] as const,
    ...["file_setattr", "utime", "utimes", "futimesat", "utimensat"] as const,
  ],
};

const O_TRUNC = 0o1000;
const O_ACCMODE = 0o3;
/** To cut a file is to write, which Landlock knows since its third version only. */
const CUT = { mask: O_TRUNC | O_ACCMODE, oneOf: [O_TRUNC, O_TRUNC | O_ACCMODE] } as const;
const CUTTING: readonly Rule[] = [
  { calls: ["truncate"] },
  { calls: ["open"], when: [{ argument: 1, ...CUT }] },
  { calls: ["openat"], when: [{ argument: 2, ...CUT }] },
  // its flags lie in memory
  { calls: ["openat2"], errno: ENOSYS },
];

/** Other processes of the same user. */
function processRules(pid: number): Rule[] {
  return [
    {
      calls: ["tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal"],
    },
    { calls: ["kill", "tgkill"], when: [{ argument: 0, oneOf: [pid], isNegated: true }] },
    { calls: ["prlimit64"], when: [{ argument: 0, oneOf: [0, pid], isNegated: true }] },
    {
      calls: [
        ...["shmget", "shmat", "shmctl", "msgget", "msgsnd", "msgrcv", "msgctl"] as const,
        ...["semget", "semop", "semctl", "semtimedop", "mq_open", "mq_unlink"] as const,
      ],
    },
  ];
}

/** Sockets: none but netlink where it is needed, and pairs, which lead nowhere. */
function socketRules(mayNetlink: boolean): Rule[] {
  const never = ["connect", "listen", "accept", "accept4", "sendmmsg", "recvmmsg"] as const;
  return [
    mayNetlink
      ? { calls: ["socket"], when: [{ argument: 0, oneOf: [AF_NETLINK], isNegated: true }] }
      : { calls: ["socket", "bind", "sendmsg"] },
    { calls: never },
    // Deno makes a pair at its start; a pair of datagram sockets could send to other sockets
    { calls: ["socketpair"], when: [{ argument: 0, oneOf: [AF_UNIX], isNegated: true }] },
    {
      calls: ["socketpair"],
      when: [{ argument: 1, mask: SOCKET_TYPE, oneOf: [SOCK_STREAM], isNegated: true }],
    },
  ];
}

/** The rules of a jailed process, execution still allowed: that is how it comes to life. */
export function jailRules(options: JailRulesOptions): Rule[] {
  return [
    ...NEVER,
    ATTRIBUTES,
    ...CUTTING,
    ...options.mayChangeAccess === true ? [] : [ACCESS],
    ...processRules(options.pid),
    ...socketRules(options.mayNetlink),
    ...options.mayEnterNamespaces ? [] : [{ calls: ["setns"] } satisfies Rule],
    ...options.mayOpenPerfEvents ? [] : [{ calls: ["perf_event_open"] } satisfies Rule],
  ];
}

/** The rules of the part that has the network and no privilege. */
export const FRONT_RULES: readonly Rule[] = [
  ...NEVER,
  { calls: ["setns", "perf_event_open"] },
];

/** From here on the program stays the one that it is. */
export const NO_EXEC_RULES: readonly Rule[] = [{ calls: ["execve", "execveat"] }];
