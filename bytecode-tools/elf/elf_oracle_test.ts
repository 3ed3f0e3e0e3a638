import { deepEqual, ok } from "node:assert/strict";
import { objectsOfBothOrders } from "../../tests/support/both_orders.ts";
import { gateElf } from "./gate.ts";

interface ReadelfSection {
  readonly Name: { readonly Name: string };
  readonly Type: { readonly Value: number };
  readonly Flags: { readonly Value: number };
  readonly Offset: number;
  readonly Size: number;
  readonly Link: number;
  readonly Info: number;
  readonly AddressAlignment: number;
  readonly EntrySize: number;
}

interface ReadelfSymbol {
  readonly Name: { readonly Name: string };
  readonly Value: number;
  readonly Size: number;
  readonly Binding: { readonly Value: number };
  readonly Type: { readonly Value: number };
  readonly Section: { readonly Value: number };
}

interface ReadelfRelocation {
  readonly Offset: number;
  readonly Type: { readonly Value?: number; readonly Name?: string };
  readonly Symbol: { readonly Value: number };
}

interface ReadelfFile {
  readonly Sections: readonly { readonly Section: ReadelfSection }[];
  readonly Symbols: readonly { readonly Symbol: ReadelfSymbol }[];
  readonly Relocations: readonly {
    readonly SectionIndex: number;
    readonly Relocs: readonly { readonly Relocation: ReadelfRelocation }[];
  }[];
}

function readelf(bytes: Uint8Array): ReadelfFile {
  const path = Deno.makeTempFileSync({ suffix: ".o" });
  try {
    Deno.writeFileSync(path, bytes);
    const { stdout, success } = new Deno.Command("llvm-readelf-19", {
      args: ["--elf-output-style=JSON", "-S", "-s", "-r", path],
    }).outputSync();
    ok(success, "llvm-readelf-19 failed");
    return JSON.parse(new TextDecoder().decode(stdout))[0];
  } finally {
    Deno.removeSync(path);
  }
}

Deno.test("gateElf() reads the sections that llvm-readelf reads, in both byte orders", () => {
  for (const { name, bytes } of objectsOfBothOrders()) {
    const ours = gateElf(bytes).file.sections.map((section) => [
      section.name,
      section.type,
      section.flags,
      section.offset,
      section.size,
      section.link,
      section.info,
      Number(section.alignment),
      section.entrySize,
    ]);
    const theirs = readelf(bytes).Sections.map(({ Section: section }) => [
      section.Name.Name,
      section.Type.Value,
      section.Flags.Value,
      section.Offset,
      section.Size,
      section.Link,
      section.Info,
      section.AddressAlignment,
      section.EntrySize,
    ]);
    deepEqual(ours, theirs, name);
  }
});

Deno.test("gateElf() reads the symbols that llvm-readelf reads, in both byte orders", () => {
  for (const { name, bytes } of objectsOfBothOrders()) {
    const { symbols, file } = gateElf(bytes);
    const ours = symbols.map((symbol) => [
      // readelf names section symbols by their sections
      symbol.type === 3 ? file.sections[symbol.section]?.name : symbol.name,
      Number(symbol.value),
      symbol.size,
      symbol.info >> 4,
      symbol.type,
      symbol.section,
    ]);
    const theirs = readelf(bytes).Symbols.map(({ Symbol: symbol }) => [
      symbol.Name.Name,
      symbol.Value,
      symbol.Size,
      symbol.Binding.Value,
      symbol.Type.Value,
      symbol.Section.Value,
    ]);
    deepEqual(ours, theirs, name);
  }
});

const TYPE_NAMES: Readonly<Record<number, string>> = {
  0: "R_BPF_NONE",
  1: "R_BPF_64_64",
  2: "R_BPF_64_ABS64",
  3: "R_BPF_64_ABS32",
  4: "R_BPF_64_NODYLD32",
  10: "R_BPF_64_32",
};

Deno.test("gateElf() reads the relocations that llvm-readelf reads, in both byte orders", () => {
  for (const { name, bytes } of objectsOfBothOrders()) {
    const { file, relocations, symbols } = gateElf(bytes);
    const ours = [...relocations].flatMap(([target, entries]) =>
      entries.map(({ offset, type, symbol }) => [
        target,
        offset,
        TYPE_NAMES[type],
        Number(symbols[symbol]?.value),
      ])
    );
    const theirs = readelf(bytes).Relocations.flatMap(({ SectionIndex: table, Relocs: list }) =>
      list.map(({ Relocation: entry }) => [
        file.sections[table]?.info,
        entry.Offset,
        entry.Type.Name,
        Number(symbols[entry.Symbol.Value]?.value),
      ]).sort((a, b) => Number(a[1]) - Number(b[1]))
    );
    deepEqual(ours, theirs, name);
  }
});
