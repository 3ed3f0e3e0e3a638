import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { isTar, readTar, writeTar } from "./tar.ts";

const text = (words: string) => new TextEncoder().encode(words);

/** Changes the header of the first file and mends its checksum. */
function patched(archive: Uint8Array<ArrayBuffer>, at: number, words: string) {
  const changed = archive.slice();
  changed.set(text(words), at);
  changed.set(text("        "), 148);
  const sum = changed.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  changed.set(text(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return changed;
}

Deno.test("readTar() reads what writeTar() writes", () => {
  const files = [
    { name: "a.o", bytes: text("one") },
    { name: "empty", bytes: text("") },
    { name: "block", bytes: new Uint8Array(512).fill(7) },
  ];
  const archive = writeTar(files, 1_700_000_000);
  equal(archive.length % 512, 0);
  ok(isTar(archive));
  deepEqual(readTar(archive, "t"), files);
});

Deno.test("readTar() drops ./ and directories, and takes no word of them", () => {
  const one = writeTar([{ name: "./a/./b.o", bytes: text("x") }]);
  deepEqual(readTar(one, "t"), [{ name: "a/b.o", bytes: text("x") }]);
  const folder = patched(writeTar([{ name: "dir", bytes: text("") }]), 156, "5");
  deepEqual(readTar(folder, "t"), []);
});

const LEADING: readonly (readonly [string, RegExp])[] = [
  ["/etc/x", /absolute/],
  ["../x", /out of/],
  ["a/../x", /out of/],
];

for (const [name, why] of LEADING) {
  Deno.test(`readTar() refuses the name ${name}`, () => {
    throws(() => readTar(writeTar([{ name, bytes: text("") }]), "t"), why);
  });
}

for (const type of ["1", "2", "3", "4", "6", "S"]) {
  Deno.test(`readTar() refuses entries of type ${type}`, () => {
    const archive = patched(writeTar([{ name: "x", bytes: text("") }]), 156, type);
    throws(() => readTar(archive, "t"), /"x" is /);
  });
}

Deno.test("readTar() refuses longer names that lead elsewhere", () => {
  const record = "25 path=../../../etc/x.o\n";
  equal(record.length, 25);
  const header = patched(writeTar([{ name: "pax", bytes: text(record) }]), 156, "x");
  const archive = new Uint8Array([
    ...header.subarray(0, 1024),
    ...writeTar([{ name: "ok.o", bytes: text("x") }]),
  ]);
  throws(() => readTar(archive, "t"), /leads out of the archive/);
});

Deno.test("readTar() takes the longer names of both kinds", () => {
  const long = `${"d".repeat(60)}/${"f".repeat(60)}.o`;
  const named = writeTar([{ name: "@", bytes: text(`${long}\0`) }]);
  const header = patched(named, 156, "L");
  const archive = new Uint8Array([
    ...header.subarray(0, 1024),
    ...writeTar([{ name: "short", bytes: text("x") }]),
  ]);
  deepEqual(readTar(archive, "t").map(({ name }) => name), [long]);
});

Deno.test("readTar() refuses one name twice", () => {
  const two = [{ name: "a", bytes: text("1") }, { name: "./a", bytes: text("2") }];
  throws(() => readTar(writeTar(two), "t"), /has "a" twice/);
});

Deno.test("readTar() refuses damage", () => {
  const archive = writeTar([{ name: "a", bytes: text("1") }]);
  const flipped = archive.with(0, 0x62);
  throws(() => readTar(flipped, "t"), /checksum/);
  throws(() => readTar(patched(archive, 124, "77777777777"), "t"), /in the middle of a file/);
  throws(() => readTar(patched(archive, 124, "8zzzzzzzzzz"), "t"), /no number/);
  throws(() => readTar(patched(archive, 124, "-1\0"), "t"), /no number/);
  equal(isTar(text("x".repeat(512))), false);
  equal(isTar(new Uint8Array(10)), false);
});

Deno.test("readTar() refuses an archive of very many entries", () => {
  const header = writeTar([{ name: "a", bytes: text("") }]).subarray(0, 512);
  const folder = patched(header.slice(), 156, "5");
  const many = new Uint8Array(5000 * 512);
  for (let at = 0; at < many.length; at += 512) many.set(folder, at);
  throws(() => readTar(many, "t"), /more than 4096 entries/);
});

Deno.test("writeTar() refuses a name that has no room", () => {
  throws(() => writeTar([{ name: "n".repeat(101), bytes: text("") }]), /more than 100 bytes/);
});
