/**
 * Keys and certificates for one test, made with openssl.
 *
 * @module
 */
import { mustRun } from "../../support/must.ts";

/** Files of a certificate authority and of a server that it vouches for. */
export interface ServerCertificate {
  /** Certificate of the authority, PEM. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"] as const;
const LIFE = ["-days", "2"] as const;

/** Makes an authority of the test's own, and with it the certificate of `127.0.0.1`. */
export async function makeServerCertificate(folder: string): Promise<ServerCertificate> {
  const authority = `${folder}/ca.crt`;
  const authorityKey = `${folder}/ca.key`;
  const [certificate, key] = [`${folder}/server.crt`, `${folder}/server.key`];
  const request = `${folder}/server.csr`;
  await mustRun("openssl", [
    ...["req", "-x509", ...NEW_KEY, "-keyout", authorityKey, "-out", authority, ...LIFE],
    ...["-subj", "/CN=test authority", "-addext", "basicConstraints=critical,CA:TRUE"],
  ]);
  await mustRun("openssl", [
    ...["req", ...NEW_KEY, "-keyout", key, "-out", request, "-subj", "/CN=127.0.0.1"],
  ]);
  const extensions = `${folder}/server.ext`;
  await Deno.writeTextFile(
    extensions,
    "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n",
  );
  await mustRun("openssl", [
    ...["x509", "-req", "-in", request, "-CA", authority, "-CAkey", authorityKey],
    ...["-CAcreateserial", "-extfile", extensions, "-out", certificate, ...LIFE],
  ]);
  return { authority, certificate, key };
}

/** Makes the key of a token server (RSA, as old registries know no other) and its certificate. */
export async function makeTokenKey(folder: string): Promise<{ certificate: string; key: string }> {
  const [certificate, key] = [`${folder}/token.crt`, `${folder}/token.key`];
  await mustRun("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-noenc", "-keyout", key, "-out", certificate],
    ...[...LIFE, "-subj", "/CN=token server"],
  ]);
  return { certificate, key };
}
