/**
 * What a command gets besides its arguments.
 *
 * @module
 */
import type { Manager } from "../core/api.ts";
import type { PreparedApplication, PreparedLoad } from "../core/admission/types.ts";
import type { MachineFacts } from "../core/doctor/facts.ts";
import type { DoctorPlaces } from "../core/doctor/gather/mod.ts";
import type { Images } from "../core/image/api.ts";
import type { ImagesOptions, RegistrySetting } from "../core/image/settings.ts";
import type { SigningSettings } from "../core/policy/without_file.ts";
import type { EngineChoice, MapAccess } from "../core/types.ts";
import type { AuditWriter } from "./audit.ts";
import type { OutputFormat } from "./command.ts";
import type { PolicyPlace } from "./config_signing.ts";
import type { Wish } from "./declared/wish.ts";
import type { PermissionSetName } from "./permissions.ts";
import type { ObjectFile } from "./prepare/object_file.ts";
import type { Style } from "./output/style.ts";
import type { Stage } from "./stages/stage.ts";

/** Where text goes. */
export interface Terminal {
  /** Writes to standard output; the text brings its own newlines. */
  out(text: string): void;
  /** Writes to standard error. */
  err(text: string): void;
  /** Style for standard output. */
  readonly style: Style;
  /** Style for standard error. @default plain */
  readonly errorStyle?: Style;
  /** Columns of the terminal behind standard output, null when it is none. */
  readonly width: number | null;
  /** True when a person looks at standard error. @default false */
  readonly isErrorSeen?: boolean;
  /**
   * Shows one line on standard error that the next output takes away, null to take it away now.
   * Absent where nobody looks, or the terminal cannot take a line back.
   */
  readonly status?: (text: string | null) => void;
}

/** What is set for the audit log. */
export interface AuditSettings {
  /** Absolute path of the log. @default that of the runtime directory */
  readonly file?: string;
  /** A change that cannot be written to the log is not made. @default false */
  readonly isRequired?: boolean;
  /** Size from which the next entry begins a new file. @default 16 MiB */
  readonly maxBytes?: number;
}

/** Settings that hold for every command. */
export interface GlobalSettings {
  readonly runtimeDirectory: string;
  /** Milliseconds; 0 waits for ever. */
  readonly lockTimeoutMs: number;
  readonly isVerbose: boolean;
  /** Configuration file that the user named. */
  readonly config?: string;
  /** Who may use pinned maps, as the configuration says. */
  readonly mapAccess?: MapAccess;
  /** Engine of a hook that has none yet, as the configuration says. */
  readonly engine?: EngineChoice;
  /** What bpfman's switches say of signatures, as the configuration says. */
  readonly signing?: SigningSettings;
  /** The policy that the configuration names or holds. */
  readonly policy?: PolicyPlace;
  /** What is set for registries, as the configuration says. */
  readonly registries?: Readonly<Record<string, RegistrySetting>>;
  /** What is set for the audit log, as the configuration says. */
  readonly audit?: AuditSettings;
}

/** What `version` and `kernel snapshot` ask of the kernel. */
export interface Machine {
  /** Files below /proc and /sys. */
  readonly files: {
    readBytes(path: string): Uint8Array;
    readText(path: string): string;
    list(path: string): string[];
    exists(path: string): boolean;
  };
  readonly host: {
    /** Release of the kernel. */
    readonly release: string;
    /** Versions of the C libraries. */
    libraries(): { readonly libbpf: string; readonly libxdp: string | null };
  };
}

/** What the doctor judges of the machine. */
export type GatherFacts = (places: DoctorPlaces) => Promise<MachineFacts>;

/** The outside world, as far as commands may touch it; tests hand in their own. */
export interface Host {
  openKernel(): Promise<Machine>;
  openManager(settings: GlobalSettings): Promise<Manager>;
  readonly gatherFacts: GatherFacts;
  openImages(options: ImagesOptions): Promise<Images>;
  /**
   * The stage of this process in a command that changes something. Absent where everything happens
   * in one process.
   */
  readonly openStage?: () => Promise<Stage>;
  /**
   * Gives up for good what the command with this set of permissions has no use for; one that is to
   * write a file that it was given keeps that. Absent where Deno was started with the set.
   */
  readonly narrow?: (permissions: PermissionSetName, isWriting: boolean) => Promise<void>;
  /** Reads what most commands need next, while something else is waited for. */
  readonly warmUp?: () => void;
  /** Writes to the audit log. Left out where attempts are kept nowhere. */
  readonly audit?: AuditWriter;
  /** Value of an environment variable. */
  env(name: string): string | undefined;
  /** Reads an object that is to be loaded. @default the file of that name */
  readonly readObject?: (path: string) => ObjectFile | Promise<ObjectFile>;
  readonly terminal: Terminal;
}

/** The world as one command sees it. */
export interface CommandContext {
  readonly settings: GlobalSettings;
  readonly format: OutputFormat;
  readonly terminal: Terminal;
  /** The words that it was called by: the command and its arguments. */
  readonly words: readonly string[];
  /** Value of an environment variable. */
  env(name: string): string | undefined;
  /** Opens the manager at the first call. */
  manager(): Promise<Manager>;
  kernel(): Promise<Machine>;
  /** Looks at the machine, for the doctor. */
  readonly gatherFacts: GatherFacts;
  /** Opens images; nothing is touched yet. */
  images(options: ImagesOptions): Promise<Images>;
  /** Reads the object file that the command was given. */
  readObject(path: string): Promise<ObjectFile>;
  /** The object that the command brings, with the decision about it; see `CommandModule.prepare`. */
  prepared(): Promise<PreparedLoad>;
  /** What a command about applications wants. */
  wish(): Promise<Wish>;
  /**
   * Applications that cannot be made ready, with the reason, in a command that goes on without them.
   * Absent where one such failure is that of the command.
   */
  readonly leftOut?: Map<string, Error> | undefined;
  /** The objects of the applications that are wanted; see `CommandModule.prepareAll`. */
  preparedAll(): Promise<readonly PreparedApplication[]>;
}
