/**
 * The main module of a single file: the chunks that every start needs, and what finds the others.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** What the main module is made of. */
export interface MainParts {
  /** Functions of the chunks of each pack. */
  readonly packs: readonly (readonly string[])[];
  /** Number of the chunk that starts. */
  readonly start: number;
  /** Descriptor of the second pack; the next ones count down. */
  readonly descriptor: number;
}

/**
 * How many packs in files are evaluated as a whole. Deno keeps the code that V8 makes of such a text.
 * Of the others few chunks are wanted at a time, and each is evaluated by itself.
 */
const WHOLE = 2;

/** Where each chunk of a pack ends. */
function endsOf(pack: readonly string[]): number[] {
  let at = 0;
  return pack.map((text) => at += text.length);
}

/** SHA-256 of the texts of packs, in hexadecimal digits. */
function digestOf(packs: readonly (readonly string[])[]): string {
  const hash = createHash("sha256");
  for (const text of packs.flat()) hash.update(text);
  return hash.digest("hex");
}

/** The text of a pack in a file: one expression, or one behind the other. */
export function packText(pack: readonly string[], n: number): string {
  return n < WHOLE ? `[${pack.join(",\n")}]` : pack.join("");
}

/**
 * The text of the main module. A pack is read as text, by an import: nothing else may read what lies
 * in /proc. Deno has no way to hand V8 a text together with code that is kept but the one that it
 * uses for CommonJS itself. Where that is missing, the text is evaluated all the same.
 */
export function mainModule({ packs, start, descriptor }: MainParts): string {
  const [first = [], ...others] = packs;
  const firsts: number[] = [];
  let count = first.length;
  for (const pack of others) {
    firsts.push(count);
    count += pack.length;
  }
  const ends = others.map((pack, n) => n < WHOLE ? [] : endsOf(pack));
  // kept code is found by the text's name and hash, and of a long text V8 hashes the length alone
  const digest = digestOf(others);
  return `const own=[${first.join(",\n")}];
const count=${count},firsts=${JSON.stringify(firsts)},ends=${JSON.stringify(ends)},texts=[],made=[];
const packOf=(n)=>{let p=firsts.length;while(p>0&&n<firsts[p-1])p--;return p-1};
const place=(p)=>"file:///proc/self/fd/"+(${descriptor}-p);
const read=async(p)=>{texts[p]=(await import(place(p),{with:{type:"text"}})).default};
const reading=[],wholes=[];
const {evalContext}=Deno[Deno.internal]?.core??{};
function evaluate(text,name){if(!evalContext)return (0,eval)(text);const [value,failed]=evalContext(text,name);if(failed)throw failed.thrown;return value}
function make(n){if(n<own.length)return own[n];const p=packOf(n),at=n-firsts[p];if(p<${WHOLE})return (wholes[p]??=evaluate(texts[p],place(p)+"?${digest}"))[at];return (0,eval)("("+texts[p].slice(ends[p][at-1]??0,ends[p][at])+")")}
function need(n){return made[n]??=make(n)(need,later)}
async function later(n){for(let p=0,last=packOf(n);p<=last;p++)await(reading[p]??=read(p));return need(n)}
need(${start});
`;
}
