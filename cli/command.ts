/**
 * The shape of a command as data: one table drives routing, parsing, help, documentation,
 * completions and the permission checks.
 *
 * @module
 */
import type {
  Direction,
  EngineChoice,
  HookWord,
  LinkKind,
  NetkitEnd,
  ProgramRequest,
  ProgramType,
  XdpMode,
} from "../core/types.ts";
import type { PreparedApplication, PreparedLoad } from "../core/admission/types.ts";
import type { AuditResult, ChainPoint } from "../core/audit/types.ts";
import type { Platform, PullPolicy } from "../core/image/types.ts";
import type { Completion, Shell } from "./completion/types.ts";
import type { CommandContext } from "./context.ts";
import type { ProjectKind } from "./new/name.ts";
import type { ParsedInput } from "./parsed_input.ts";
import type { PermissionSetName } from "./permissions.ts";

/** Output formats of every command, besides `jsonpath=EXPRESSION`. */
export const OUTPUT_FORMATS = ["text", "json", "yaml"] as const;

/** Output formats of commands whose answer has tables, besides `jsonpath=EXPRESSION`. */
export const TABLE_FORMATS = ["text", "wide", "json", "yaml"] as const;

/** Output formats of commands that list or show objects, besides `jsonpath=EXPRESSION`. */
export const LIST_FORMATS = ["text", "wide", "json", "yaml", "name"] as const;

/** Output formats of commands that write manifests. */
export const MANIFEST_FORMATS = ["yaml", "json"] as const;

/** Output formats of reports, besides `jsonpath=EXPRESSION`. */
export const REPORT_FORMATS = ["text", "json", "yaml", "markdown"] as const;

/** The format that picks values, with its template. */
export type JsonPathFormat = `jsonpath=${string}`;

/** Output format of a command. */
export type OutputFormat =
  | typeof LIST_FORMATS[number]
  | typeof REPORT_FORMATS[number]
  | JsonPathFormat;

/** When output is coloured. */
export const COLOR_CHOICES = ["auto", "always", "never"] as const;

/** When output is coloured. */
export type ColorChoice = typeof COLOR_CHOICES[number];

/** Forms of types. */
export const BTF_FORMATS = ["raw", "c"] as const;

/** Languages that types are generated in. */
export const LANGUAGES = ["ts", "c"] as const;

/** Whether an entry of a transparency log is demanded. */
export const TLOG_WORDS = ["required", "optional"] as const;

/** Forms that images are written in. */
export const IMAGE_FORMATS = ["labels", "artifact"] as const;

/** What a typed word becomes, by the name of its type. */
export interface ValueTypes {
  readonly absolutePath: string;
  readonly auditResult: AuditResult;
  readonly btfFormat: typeof BTF_FORMATS[number];
  /** Number and hash of an entry of the audit log. */
  readonly chainPoint: ChainPoint;
  readonly colorChoice: ColorChoice;
  readonly direction: Direction;
  readonly duration: number;
  readonly engine: EngineChoice;
  readonly frequency: number;
  readonly global: readonly [name: string, value: string];
  readonly hookWord: HookWord;
  readonly id: number;
  readonly imageFormat: typeof IMAGE_FORMATS[number];
  /** An object, and the platform when one is named. */
  readonly imageInput: { readonly path: string; readonly platform?: Platform };
  readonly instant: Date;
  readonly kernelBtf: readonly [release: string, path: string];
  readonly language: typeof LANGUAGES[number];
  readonly linkKind: LinkKind;
  readonly listFormat: typeof LIST_FORMATS[number] | JsonPathFormat;
  readonly manifestFormat: typeof MANIFEST_FORMATS[number];
  readonly metadata: readonly [key: string, value: string];
  readonly netkitEnd: NetkitEnd;
  readonly offset: number;
  readonly outputFormat: typeof OUTPUT_FORMATS[number] | JsonPathFormat;
  readonly pid: number;
  readonly platform: Platform;
  readonly priority: number;
  readonly proceedOn: string;
  readonly projectKind: ProjectKind;
  /** A name that files, C functions and images can be made of. */
  readonly projectName: string;
  readonly programSpec: ProgramRequest;
  readonly programType: ProgramType;
  readonly pullPolicy: PullPolicy;
  readonly registryAuth: { readonly username: string; readonly password: string };
  readonly reportFormat: typeof REPORT_FORMATS[number] | JsonPathFormat;
  /** A label selector that follows the grammar. */
  readonly selector: string;
  readonly shell: Shell;
  readonly switch: boolean;
  readonly tableFormat: typeof TABLE_FORMATS[number] | JsonPathFormat;
  readonly text: string;
  readonly tlog: typeof TLOG_WORDS[number];
  readonly tracepoint: { readonly group: string; readonly name: string };
  readonly xdpMode: XdpMode;
}

/** Name of a value type. */
export type ValueTypeName = keyof ValueTypes;

/** One option. */
export interface OptionSpec<K extends ValueTypeName = ValueTypeName> {
  /** Long name without dashes. */
  readonly name: string;
  /** One letter without dash. */
  readonly short?: string;
  readonly type: K;
  /** Word for the value in help; switches have none. */
  readonly placeholder?: string;
  readonly summary: string;
  /** May be given several times. @default false */
  readonly repeat?: boolean;
  /** One argument may hold several values with commas between. @default false */
  readonly isCommaList?: boolean;
  /** Following words that look like this are further values of the option. */
  readonly spread?: RegExp;
  /** A second short letter, taken only when the word after it looks like the pattern. */
  readonly sharedShort?: { readonly letter: string; readonly pattern: RegExp };
  /** @default false */
  readonly isRequired?: boolean;
  /** What would be right for a required option that is missing, by what was given; else its summary. */
  readonly suggest?: (
    given: ReadonlyMap<string, readonly unknown[]>,
  ) => Promise<string | undefined>;
  /** Environment variable that is read when the option is not given. */
  readonly env?: string;
  /** Default as help shows it. */
  readonly defaultText?: string;
  /** What completes it in a shell. @default what `completion/decisions.ts` says */
  readonly completes?: Completion;
}

/** One positional argument. */
export interface PositionalSpec<K extends ValueTypeName = ValueTypeName> {
  /** Upper-case word of help and messages. */
  readonly name: string;
  readonly type: K;
  readonly summary: string;
  /** The option that says the same; either may be used. */
  readonly option?: OptionSpec<K>;
  /** One or more values. @default false */
  readonly repeat?: boolean;
  /** Zero or more values. @default false */
  readonly isOptional?: boolean;
  /** What completes it in a shell. @default what `completion/decisions.ts` says */
  readonly completes?: Completion;
}

/** One example of help. */
export interface Example {
  /** What it is for, shown after `#`. */
  readonly comment: string;
  readonly command: string;
}

/**
 * Function of a command; resolves to nothing on success and throws otherwise. A command whose
 * answer can be bad news resolves to the exit code that says so.
 */
export type CommandRun = (
  context: CommandContext,
  input: ParsedInput,
) => Promise<void> | Promise<number>;

/** Module that holds a command's function. */
export interface CommandModule {
  readonly run: CommandRun;
  /**
   * Of a command that brings an object: judges the arguments, reads the object and decides about it.
   * It runs without privileges, in a process of its own where there are stages; `run` gets what
   * comes of it from `context.prepared()`.
   */
  readonly prepare?: (context: CommandContext, input: ParsedInput) => Promise<PreparedLoad>;
  /** The same of a command about applications: the object of each, in the order of the wish. */
  readonly prepareAll?: (
    context: CommandContext,
    input: ParsedInput,
  ) => Promise<readonly PreparedApplication[]>;
}

/** What a command brings into the kernel, by the argument that names it. */
export interface BroughtObject {
  readonly argument: OptionSpec<"text"> | PositionalSpec<"text">;
  /** `either` is an image when it has the name of one. */
  readonly kind: "file" | "image" | "either";
}

/** One command. */
export interface CommandSpec {
  /** Stable name, also the title in the documentation. */
  readonly id: string;
  /**
   * Spellings, the documented one first. A word in capitals stands for the first positional
   * argument, as in `attach PROGRAM-ID xdp`.
   */
  readonly paths: readonly [string, ...string[]];
  readonly group:
    | "Applications"
    | "Programs"
    | "Links"
    | "Images"
    | "Policy"
    | "Bytecode"
    | "Other";
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly Example[];
  readonly positionals: readonly PositionalSpec[];
  readonly options: readonly OptionSpec[];
  readonly permissions: PermissionSetName;
  /** The option that names a file to write, where the command's set has none to write. */
  readonly writes?: OptionSpec;
  /** True when all from its first word on is another command. @default false */
  readonly takesCommand?: boolean;
  /** The object that the command loads; its module then has `prepare`. */
  readonly brings?: BroughtObject;
  /** Where a command about applications finds what is wanted; its module may have `prepareAll`. */
  readonly declares?: "manifests" | "removal" | "rollback" | "restore";
  /** True where one application that cannot be made ready does not matter to others. @default false */
  readonly isEachAlone?: boolean;
  /**
   * Of a spelling that another command has, too: whether this one is meant. Undefined for a spelling
   * that is its own. @default every spelling is its own
   */
  readonly isMeant?: (path: string, args: readonly string[]) => boolean | undefined;
  /** Left out of lists and suggestions: for test programs and not for people. @default false */
  readonly isHidden?: boolean;
  /** Loads the function; called only when the command runs. */
  readonly load: () => Promise<CommandModule>;
}
