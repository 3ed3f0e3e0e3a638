/**
 * The header of a handed-over message: everything but the bytes.
 *
 * @module
 */
import type { Admission, RefusedLoad } from "../admission/types.ts";
import type { ImageObject } from "../image/api.ts";
import { ImageForm, type ImageStatement, PullPolicy } from "../image/types.ts";
import type { Decision, SourceFacts } from "../policy/types.ts";
import type { Signer } from "../signature/types.ts";
import { brokenPlan } from "./frame.ts";
import {
  amount,
  count,
  dictionary,
  flag,
  list,
  orNull,
  type Reader,
  sha256,
  shape,
  text,
  variants,
  word,
} from "./shape.ts";
import type { Phases, RefusedMessage } from "./types.ts";

/** Version of the header; both sides are the same program, so any other is refused. */
export const HANDOVER_VERSION = 1;

/** A blob as the header names it; null when there is none. */
interface BlobName {
  readonly length: number;
  readonly digest: string;
}

/** An image's object without its bytes. */
export type ImageFacts = Omit<ImageObject, "bytes" | "btf">;

/** Where the object came from. */
export type ObjectOrigin =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "image"; readonly image: ImageFacts };

/** Header of a plan. */
export interface PlanHeader {
  readonly version: number;
  readonly kind: "plan";
  readonly argumentsDigest: string;
  readonly phases: Phases;
  readonly origin: ObjectOrigin;
  readonly admission: Admission;
  readonly object: BlobName;
  readonly btf: BlobName | null;
}

/** Header of a refusal, which has no blobs. */
export type RefusedHeader = RefusedMessage & { readonly version: number };

/** Either header. */
export type Header = PlanHeader | RefusedHeader;

const blob = shape<BlobName>({ length: count, digest: sha256 });

const phase: Reader<readonly [string, number]> = (value, where) => {
  const items = list((item: unknown) => item)(value, where);
  const [name, ms] = items;
  if (items.length !== 2) throw brokenPlan(`${where} is not a pair`);
  return [text(name, `${where}[0]`), amount(ms, `${where}[1]`)];
};

const statement = shape<ImageStatement>({ programs: dictionary(text), maps: dictionary(text) });

const imageFacts = shape<ImageFacts>({
  reference: text,
  digest: text,
  manifestDigest: text,
  pullPolicy: word(Object.values(PullPolicy)),
  form: word(Object.values(ImageForm)),
  objectDigest: sha256,
  statement: orNull(statement),
});

const origin = variants<ObjectOrigin>({
  file: shape({ kind: word(["file"]), path: text }),
  image: shape({ kind: word(["image"]), image: imageFacts }),
});

const source = variants<SourceFacts>({
  image: shape({ kind: word(["image"]), repository: text, digest: text }),
  layout: shape({ kind: word(["layout"]), path: text, digest: text }),
  file: shape({ kind: word(["file"]), path: text, digest: text }),
});

const signer = variants<Signer>({
  key: shape({ kind: word(["key"]), fingerprint: text }),
  certificate: shape({ kind: word(["certificate"]), subject: text, issuer: text }),
});

const decision = shape<Decision>({
  allowed: flag,
  reason: text,
  scope: text,
  rule: text,
  where: text,
});

const admission = shape<Admission>({
  source,
  objectDigest: sha256,
  signer: orNull(signer),
  decision,
  warnings: list(text),
});

const refusedLoad = shape<RefusedLoad>({
  source,
  objectDigest: orNull(sha256),
  signer: orNull(signer),
  decision,
});

/** Reads a header strictly; the version is checked by whoever calls. */
export const readHeader: Reader<Header> = variants<Header>({
  plan: shape<PlanHeader>({
    version: count,
    kind: word(["plan"]),
    argumentsDigest: sha256,
    phases: list(phase),
    origin,
    admission,
    object: blob,
    btf: orNull(blob),
  }),
  refused: shape<RefusedHeader>({
    version: count,
    kind: word(["refused"]),
    argumentsDigest: sha256,
    phases: list(phase),
    exitCode: count,
    code: text,
    message: text,
    refused: orNull(refusedLoad),
  }),
});
