/**
 * The processes that a command which changes something is split into, as commands see them:
 *
 * - `start` is the process of the user. It reads the arguments, opens the front, and turns into the
 *   loader: same process id, same terminal.
 * - `front` has the network and reads what others wrote, without any privilege.
 * - `loader` has the privileges that the command needs, and neither network nor the right to start
 *   programs.
 *
 * @module
 */
import type { HandedObject, Phases, RefusedMessage } from "../../core/handover/types.ts";
import type { KeyedPlan, KeyedRefusal } from "../../core/handover/several.ts";
import type {
  Admission,
  PreparedApplication,
  PreparedLoad,
  RefusedLoad,
} from "../../core/admission/types.ts";
import type { CommandSpec } from "../command.ts";
import type { GlobalSettings } from "../context.ts";
import type { Wish } from "../declared/wish.ts";
import type { ParsedInput } from "../parsed_input.ts";
import type { ObjectFile } from "../prepare/object_file.ts";

/** A command that is about to change something. */
export interface LaunchRequest {
  readonly command: CommandSpec;
  readonly input: ParsedInput;
  readonly settings: GlobalSettings;
  /** Directory of stored images; undefined for commands that take none. */
  readonly dataDirectory?: string;
  /** What a command about applications wants. */
  readonly wish?: Wish;
}

/** The objects of several applications that came from the front, in the order of the wish. */
export interface ReceivedObjects {
  readonly kind: "plans";
  readonly plans: readonly (KeyedPlan | KeyedRefusal)[];
}

/** An object that came from the front. */
export interface ReceivedObject {
  readonly kind: "plan";
  readonly object: HandedObject;
  readonly admission: Admission;
}

/** How long privileges were held. */
export interface CapabilityTime {
  readonly capability: string;
  readonly heldMs: number;
  readonly times: number;
}

/** What the loader measured. */
export interface LoaderTimes {
  /** Of the process that the user started, of the front, and of this one. */
  readonly phases: { readonly start: Phases; readonly front: Phases };
  readonly capabilities: readonly CapabilityTime[];
}

/** The process that the user started. */
export interface StartStage {
  readonly kind: "start";
  /**
   * Looks at who calls, before anything is read that the caller chose.
   *
   * @throws {BpfmanError} `caller-not-root`.
   */
  checkCaller(input: ParsedInput): void;
  /** Turns into the loader; comes back only by throwing. */
  launch(request: LaunchRequest): Promise<never>;
}

/** What the front prepared. */
export type Prepared =
  | { readonly load: PreparedLoad }
  | {
    readonly applications: readonly PreparedApplication[];
    /** Why there is no object for an application, by its name. */
    readonly refusals: ReadonlyMap<string, KeyedRefusal["refusal"]>;
    /** All applications, in the order of the wish. */
    readonly names: readonly string[];
  };

/** The process without privilege. */
export interface FrontStage {
  readonly kind: "front";
  /** What the command wants, as the process of the user found it out. */
  readWish(): Wish;
  /** The object file that was opened for this process. */
  readObject(path: string): Promise<ObjectFile>;
  /** Hands over what was prepared; gives the exit code of a failure, after it was told. */
  hand(
    prepare: () => Promise<Prepared>,
    fail: (error: unknown) => Promise<FrontRefusal>,
  ): Promise<number>;
}

/** A failure of the front, which the user was told. */
export interface FrontFailure {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
}

/** A failure of the front with what it was about. */
export interface FrontRefusal extends FrontFailure {
  /** Null when nothing is known of an object. */
  readonly refused: RefusedLoad | null;
}

/** The process with privileges. */
export interface LoaderStage {
  readonly kind: "loader";
  /** Makes sure that this process is confined as it must be. */
  enter(): void;
  /** What the command wants, as the process of the user found it out. */
  readWish(): Wish;
  /**
   * What the front decided: the object, or why there is none. Null without a front.
   *
   * @param names The applications, for a command about applications.
   */
  receive(
    names?: readonly string[],
  ): Promise<ReceivedObject | ReceivedObjects | RefusedMessage | null>;
  /** What was measured. */
  times(): LoaderTimes;
}

/** The stage that a process is at. */
export type Stage = StartStage | FrontStage | LoaderStage;
