/**
 * The main module of a single file: the chunks that every start needs, and what finds the others.
 *
 * @module
 */

/** What the main module is made of. */
export interface MainParts {
  /** Functions of the chunks of each pack. */
  readonly packs: readonly (readonly string[])[];
  /** Number of the chunk that starts. */
  readonly start: number;
  /** Descriptor of the second pack; the next ones count down. */
  readonly descriptor: number;
}

/** Where each chunk of the packs in files ends. */
function endsOf(packs: readonly (readonly string[])[]): number[] {
  return packs.flatMap((pack) => {
    let at = 0;
    return pack.map((text) => at += text.length);
  });
}

/**
 * The text of the main module. A pack is read as text, by an import: nothing else may read what lies
 * in /proc. A text is evaluated when its chunk is asked for, so that nothing else is even parsed.
 */
export function mainModule({ packs, start, descriptor }: MainParts): string {
  const [first = [], ...others] = packs;
  const firsts: number[] = [];
  let count = first.length;
  for (const pack of others) {
    firsts.push(count);
    count += pack.length;
  }
  return `const own=[${first.join(",\n")}];
const firsts=${JSON.stringify(firsts)},ends=${JSON.stringify(endsOf(others))},texts=[],made=[];
const packOf=(n)=>{let p=firsts.length;while(p>0&&n<firsts[p-1])p--;return p-1};
const read=async(p)=>{texts[p]=(await import("file:///proc/self/fd/"+(${descriptor}-p),{with:{type:"text"}})).default};
const reading=[];
function make(n){if(n<own.length)return own[n];const p=packOf(n),at=n-own.length;return (0,eval)(texts[p].slice(n===firsts[p]?0:ends[at-1],ends[at]))}
function need(n){return made[n]??=make(n)(need,later)}
async function later(n){for(let p=0,last=packOf(n);p<=last;p++)await(reading[p]??=read(p));return need(n)}
need(${start});
`;
}
