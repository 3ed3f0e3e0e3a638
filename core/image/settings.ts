/**
 * What is set for registries and the store; the command line reads it from options, the environment
 * and the configuration file.
 *
 * @module
 */

/** Name and password, or a token, for a registry. */
export interface Credentials {
  /** Name of the user. */
  readonly username?: string;
  /** Password of the user. */
  readonly password?: string;
  /** Traded for tokens at the registry's token server. */
  readonly identityToken?: string;
  /** Sent to the registry as it is. */
  readonly registryToken?: string;
}

/** What is set for one registry. */
export interface RegistrySetting {
  /** Plain http. Loopback addresses have it without being named. @default false */
  readonly isInsecure?: boolean;
  /** PEM file of the authority that signed the registry's certificate. */
  readonly caFile?: string;
}

/** Arguments of {@link "./mod.ts".openImages}. */
export interface ImagesOptions {
  /** Directory of the store. It is made when something comes into it. */
  readonly directory: string;
  /** Directory of updates of the trusted root. @default the root that is built in holds */
  readonly trustDirectory?: string;
  /** Settings by host and port, such as `registry.example.com:5000`. @default none */
  readonly registries?: Readonly<Record<string, RegistrySetting>>;
  /**
   * Credentials that hold before all others, as `--registry-auth` gives them. They are for one
   * registry: the first that is written to or, where nothing is written, the first that is used.
   */
  readonly credentials?: Credentials;
  /** Reads the environment: where podman and docker keep credentials. @default nothing is set */
  readonly env?: (name: string) => string | undefined;
  /** Ids and digests of images that loaded programs came from. @default none */
  readonly inUse?: () => Promise<readonly ImageUse[]> | readonly ImageUse[];
  /** Told about what is odd and no failure, such as a registry's warning. */
  readonly onWarning?: (message: string) => void;
  /** The clock. @default the machine's */
  readonly now?: () => Date;
  /** Waits between tries. @default a timer */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** What needs an image: a loaded program that came from it, or an application that names it. */
export interface ImageUse {
  /** Id of the program, or name of the application. */
  readonly user: number | string;
  /** What the image's name stood for, and the manifest that the object came from. */
  readonly digests: readonly string[];
}
