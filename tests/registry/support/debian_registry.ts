/**
 * Debian's `docker-registry`, started for one test on a port of its own on loopback.
 *
 * @module
 */
import { TOKEN_ISSUER, TOKEN_SERVICE } from "./token_server.ts";

/** Who may use a registry with a password file. */
export const PASSWORD_USER = { username: "bob", password: "pass:word" } as const;

/** {@link PASSWORD_USER} as `htpasswd -nbB` writes it. */
const PASSWORD_LINE = "bob:$2y$05$vq9I/o2WVRr4K9OOBD5OMOdds5gKExwB/m2rXBpQkSoFaPhBji2cS";

/** How a registry is set up. */
export interface DebianRegistryOptions {
  /** Folder for its configuration. */
  readonly folder: string;
  /** Wants {@link PASSWORD_USER}. @default false */
  readonly hasPassword?: boolean;
  /** Wants tokens of this server, signed with this certificate. */
  readonly tokens?: { readonly realm: string; readonly certificate: string };
  /** Speaks https. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

function configuration(options: DebianRegistryOptions): Record<string, unknown> {
  const { folder, hasPassword, tokens, tls } = options;
  const auth = {
    ...(hasPassword ? { htpasswd: { realm: "test", path: `${folder}/htpasswd` } } : {}),
    ...(tokens === undefined ? {} : {
      token: {
        realm: tokens.realm,
        service: TOKEN_SERVICE,
        issuer: TOKEN_ISSUER,
        rootcertbundle: tokens.certificate,
      },
    }),
  };
  return {
    version: 0.1,
    log: { level: "info", formatter: "json", accesslog: { disabled: true } },
    storage: { inmemory: {}, delete: { enabled: true } },
    http: {
      // the kernel picks the port, and the log tells which
      addr: "127.0.0.1:0",
      secret: crypto.randomUUID(),
      ...(tls === undefined ? {} : { tls }),
    },
    ...(Object.keys(auth).length === 0 ? {} : { auth }),
  };
}

/** Reads a log until the registry listens, then goes on reading so that it never blocks. */
class RegistryLog {
  #text = "";
  readonly #listening = Promise.withResolvers<string>();
  readonly #end: Promise<void>;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#end = this.#read(stream);
  }

  /** Host and port, once it listens. */
  get listening(): Promise<string> {
    return this.#listening.promise;
  }

  /** Settles when the log has ended. */
  get end(): Promise<void> {
    return this.#end;
  }

  async #read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      this.#text += part;
      const host = /listening on (127\.0\.0\.1:\d+)/.exec(this.#text)?.[1];
      if (host !== undefined) this.#listening.resolve(host);
    }
    this.#listening.reject(new Error(`Cannot start docker-registry:\n${this.#text}`));
  }
}

/** A running `docker-registry`. */
export class DebianRegistry implements AsyncDisposable {
  /** Host and port, as references name it. */
  readonly host: string;
  readonly #child: Deno.ChildProcess;
  readonly #log: RegistryLog;

  private constructor(host: string, child: Deno.ChildProcess, log: RegistryLog) {
    this.host = host;
    this.#child = child;
    this.#log = log;
  }

  /** Starts one; everything that is pushed to it goes when it goes. */
  static async start(options: DebianRegistryOptions): Promise<DebianRegistry> {
    const path = `${options.folder}/registry.json`;
    await Deno.writeTextFile(`${options.folder}/htpasswd`, `${PASSWORD_LINE}\n`);
    // JSON is YAML
    await Deno.writeTextFile(path, JSON.stringify(configuration(options)));
    const child = new Deno.Command("docker-registry", {
      args: ["serve", path],
      env: { OTEL_TRACES_EXPORTER: "none" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const log = new RegistryLog(child.stderr);
    try {
      return new DebianRegistry(await log.listening, child, log);
    } catch (error) {
      await child.status;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // an interrupt from the terminal has ended it before
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#log.end;
    await this.#child.status;
  }
}
