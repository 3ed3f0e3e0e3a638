/**
 * The examples of help as a story that is run from its first line to its last, each as it stands
 * but for ids and the like. Those that are not run are in help_not_run.ts.
 *
 * @module
 */

/** One command line of the story. */
export interface Step {
  /** The example, or a line in between. */
  readonly line: string;
  /** True for a line that is no example. @default false */
  readonly isBetween?: boolean;
  /**
   * What stands for words that differ from machine to machine: `program NAME`, `link` for the
   * newest one, `pid`, `folder`, `dispatcher` for the namespace and the interface.
   */
  readonly as?: Readonly<Record<string, string>>;
  /** @default 0 */
  readonly code?: number;
  /** What it must print, somewhere. */
  readonly prints?: RegExp;
  /** Priority that the manifest gets before. */
  readonly manifest?: number;
}

const COUNTER = { "63": "program xdp_counter" } as const;
const LINK = { "7": "link" } as const;

/** Steps that do not get in each other's way are in one list. */
type Story = readonly (readonly Step[])[];

/** Images and signatures, which come first. */
export const BEGINNING: Story = [
  [{ line: "bpfman image build quay.io/net/counter:v1 counter.bpf.o", prints: /sha256:/ }],
  [
    { line: "bpfman image build quay.io/net/counter:v2 app.bpf.o", isBetween: true },
    { line: "bpfman image build quay.io/net/drop:v1 new.bpf.o", isBetween: true },
    { line: "bpfman image build oci:counter.oci:v1 counter.bpf.o", isBetween: true },
    { line: "bpfman sign counter.bpf.o --key cosign.key" },
    { line: "bpfman sign app.bpf.o --key cosign.key", isBetween: true },
    {
      line: "bpfman sign app.bpf.o --key cosign.key --bundle app.sigstore.json",
      isBetween: true,
    },
    { line: "bpfman image build oci:counter.oci:v2 app.bpf.o", isBetween: true },
  ],
];

/** What the kernel is not asked for, and what only reads of it. */
export const BESIDE: Story = [
  // what needs nothing
  [
    { line: "bpfman version", prints: /bpfman/ },
    { line: "bpfman version --verbose", prints: /libbpf/ },
    { line: "bpfman help attach xdp", prints: /EXAMPLES/ },
    { line: "bpfman completion bash", prints: /complete -o/ },
    { line: "bpfman completion fish", prints: /complete -c bpfman/ },
    { line: "bpfman __complete bash -- ge", prints: /^get\t/m },
    { line: "bpfman schema", prints: /programs/ },
    { line: "bpfman schema programs", prints: /^\{/ },
    { line: "bpfman privileges", prints: /CAP_BPF/ },
    { line: "bpfman privileges load xdp", prints: /CAP_BPF/ },
    { line: "bpfman privileges attach uprobe -o json", prints: /CAP_/ },
    { line: "bpfman new xdp guard", prints: /guard/ },
    { line: "bpfman new kprobe unlinks -d /tmp", as: { "/tmp": "folder" }, prints: /unlinks/ },
    { line: "bpfman trust show", prints: /sigstore/i },
    { line: "bpfman trust show -o json", prints: /^\{/ },
    { line: "bpfman doctor", prints: /^fine: /m },
    { line: "bpfman doctor --verbose", prints: /libbpf: \d/ },
    { line: "bpfman doctor --facts node7.facts.gz", prints: /^fine: /m },
    { line: "bpfman install-unit --dry-run", prints: /\[Unit\]/ },
    { line: "bpfman convert -f old.yaml", prints: /ClusterBpfApplication/ },
    { line: "bpfman convert -f manifests/ -o json", prints: /"ClusterBpfApplication"/ },
  ],
  // objects
  [
    { line: "bpfman inspect counter.bpf.o", prints: /xdp_counter/ },
    { line: "bpfman inspect counter.bpf.o -o json", prints: /^\{/ },
    { line: "bpfman validate counter.bpf.o" },
    { line: "bpfman validate counter.bpf.o -o json", prints: /^\{/ },
    { line: "bpfman disasm counter.bpf.o", prints: /count_all/ },
    { line: "bpfman disasm counter.bpf.o xdp_counter", prints: /xdp_counter/ },
    { line: "bpfman btf dump counter.bpf.o", prints: /STRUCT/ },
    { line: "bpfman types counter.bpf.o", prints: /export/ },
    { line: "bpfman types trace.bpf.o --event exec_event", prints: /ExecEvent/ },
    { line: "bpfman types counter.bpf.o --lang c", prints: /struct/ },
    { line: "bpfman image generate-build-args counter.bpf.o", prints: /PROGRAMS/ },
    { line: "bpfman bytecode diff old.bpf.o new.bpf.o", code: 1, prints: /xdp_first/ },
  ],
  // images of the store and of layouts
  [
    { line: "bpfman images", prints: /quay\.io\/net\/counter/ },
    { line: "bpfman image list -o json", prints: /quay\.io\/net\/counter/ },
    { line: "bpfman image inspect quay.io/net/counter:v1", prints: /xdp_counter/ },
    { line: "bpfman image diff quay.io/net/counter:v1 quay.io/net/counter:v2" },
    { line: "bpfman image diff quay.io/net/counter:v1 file:counter.bpf.o" },
    { line: "bpfman verify-bundle --bundle app.sigstore.json --key cosign.pub app.bpf.o" },
    { line: "bpfman image inspect oci:counter.oci:v1 -o json", prints: /^\{/ },
    { line: "bpfman inspect quay.io/net/counter:v1", prints: /xdp_counter/ },
    {
      line: "bpfman image save quay.io/net/counter:v1 quay.io/net/drop:v1 -o images.tar",
    },
    {
      line: "bpfman image tag quay.io/net/counter:v1 registry.example.com/net/counter:v1",
      prints: /registry\.example\.com/,
    },
    { line: "bpfman image sign oci:counter.oci:v1 --key cosign.key", isBetween: true },
    { line: "bpfman image prune --all --dry-run" },
  ],
  [
    { line: "bpfman image load images.tar", prints: /quay\.io\/net\/drop/ },
    { line: "bpfman image prune" },
    {
      line: "bpfman image verify oci:counter.oci:v1 --key cosign.pub -o json",
      prints: /^\{/,
    },
  ],
];

/** What changes the kernel, step by step. */
export const CHANGES: Story = [
  // loads and attaches
  [
    { line: "bpfman policy check draft.json" },
    { line: "bpfman policy check -o json", prints: /^\{/ },
    {
      line:
        "bpfman policy why --policy draft.json load file counter.bpf.o --programs xdp:xdp_counter",
    },
    { line: "bpfman policy why load image quay.io/net/counter:v1 --programs xdp:xdp_counter" },
    { line: "bpfman kernel snapshot" },
    {
      line: "bpfman btf dump /sys/kernel/btf/vmlinux task_struct --format c",
      prints: /task_struct/,
    },
    { line: "bpfman check app.bpf.o --btf /sys/kernel/btf/vmlinux", prints: /xdp_counter/ },
  ],
  [
    { line: "bpfman kernel list", prints: /\d+\.\d+/ },
    {
      line: "bpfman check app.bpf.o --kernel all -g sampling=100 --format markdown",
      prints: /xdp_counter/,
    },
    { line: "bpfman check quay.io/net/counter:v1 --kernel all", prints: /xdp_counter/ },
    { line: "bpfman bytecode diff old.bpf.o new.bpf.o --kernel all", code: 1, prints: /xdp_first/ },
  ],
  [{ line: "bpfman load file counter.bpf.o --programs xdp:xdp_counter", prints: /xdp_counter/ }],
  [{
    line: "bpfman load file app.bpf.o --programs xdp:in tcx:out -g sampling=100 -a shop",
    prints: /shop/,
  }],
  [{
    line: "bpfman load file reader.bpf.o --programs xdp:reader --map-owner-id 63",
    as: COUNTER,
    prints: /reader/,
  }],
  [{
    line:
      "bpfman load file new.bpf.o --programs tc:tc_first tracepoint:many_switch uprobe:many_uprobe",
    isBetween: true,
  }],
  [
    { line: "bpfman list programs", prints: /xdp_counter/ },
    { line: "bpfman list programs --all", prints: /xdp_counter/ },
    { line: "bpfman list programs --type xdp --application shop -q", prints: /^\d+\n$/ },
    { line: "bpfman get program 63", as: COUNTER, prints: /xdp_counter/ },
    { line: "bpfman get program 63 -o json", as: COUNTER, prints: /^\{/ },
    { line: "bpfman status" },
    { line: "bpfman repair --dry-run" },
    {
      line: "bpfman policy why attach 63 xdp --iface eth0 --priority 50 -o json",
      as: COUNTER,
      prints: /^\{/,
    },
  ],
  [{
    line: "bpfman attach 63 xdp --iface eth0 --priority 50",
    as: COUNTER,
    prints: /eth0/,
  }],
  [{
    line: "bpfman attach 63 xdp --iface eth0 --priority 10 --proceed-on pass,drop",
    as: { "63": "program in" },
    prints: /eth0/,
  }],
  [
    { line: "bpfman list links", prints: /eth0/ },
    { line: "bpfman list links --program-id 63 -q", as: COUNTER, prints: /^\d+\n$/ },
    { line: "bpfman get link 7", as: LINK, prints: /eth0/ },
    { line: "bpfman dispatcher list", prints: /eth0/ },
    { line: "bpfman dispatcher list --type xdp", prints: /eth0/ },
    {
      line: "bpfman dispatcher get xdp 4026531840 4",
      as: { "4026531840": "namespace", "4": "interface" },
      prints: /eth0/,
    },
  ],
  [{ line: "bpfman link update 7 -p 60", as: LINK, prints: /60/ }],
  [{ line: "bpfman link update 7 --proceed-on pass,drop", as: LINK }],
  [{
    line: "bpfman attach 63 xdp --iface eth0 --priority 50 --netns /run/netns/blue",
    as: COUNTER,
    prints: /blue/,
  }],
  [{
    line: "bpfman attach 64 tcx --iface eth0 --direction ingress --priority 50",
    as: { "64": "program out" },
    prints: /ingress/,
  }],
  [{
    line: "bpfman attach 64 tc --iface eth0 --direction egress --priority 50",
    as: { "64": "program tc_first" },
    prints: /egress/,
  }],
  [{
    line: "bpfman attach 65 tracepoint --tracepoint sched/sched_switch",
    as: { "65": "program many_switch" },
    prints: /sched_switch/,
  }],
  [{
    line: "bpfman attach 66 uprobe --target libc --fn-name malloc",
    as: { "66": "program many_uprobe" },
    prints: /malloc/,
  }],
  [{
    line: "bpfman attach 66 uprobe --target libc --fn-name malloc --pid 4711",
    as: { "66": "program many_uprobe", "4711": "pid" },
    prints: /malloc/,
  }],
  [{
    line: "bpfman attach 66 uprobe --target libc --fn-name malloc --container-pid 4711",
    as: { "66": "program many_uprobe", "4711": "pid" },
    prints: /malloc/,
  }],
  [{ line: "bpfman program replace 63 --with counter.bpf.o", as: COUNTER, prints: /xdp_counter/ }],
  [{ line: "bpfman program replace 63 --with oci:counter.oci:v2", as: COUNTER }],
  [{
    line: "bpfman program replace 63 --with counter.bpf.o -n count_all -g sampling=10",
    as: COUNTER,
    prints: /count_all/,
  }],
  [{ line: "bpfman detach 7", as: LINK }],
  [{ line: "bpfman detach 7 8 --ignore-missing", as: { ...LINK, "8": "no link" } }],
  [{ line: "bpfman delete link 7", as: LINK }],
  [{
    line: "bpfman dispatcher delete xdp 4026531840 4",
    as: { "4026531840": "namespace", "4": "interface" },
  }],
  [{ line: "bpfman unload 63 64", as: { "63": "program in", "64": "program out" } }],
  [{ line: "bpfman unload 63 --ignore-missing", as: { "63": "no program" } }],
  [{ line: "bpfman delete program 63 -r", as: { "63": "program count_all" } }],
  [{ line: "bpfman delete program --all" }],
  [{ line: "bpfman run counter.bpf.o --programs xdp:xdp_counter --iface eth0", prints: /eth0/ }],
  [{
    line: "bpfman run malloc.bpf.o --programs uprobe:seen --target libc --fn-name malloc",
    prints: /malloc/,
  }],
  [{ line: "bpfman delete program --all", isBetween: true }],
  [{ line: "bpfman load file counter.bpf.o --programs xdp:xdp_counter --key cosign.pub" }],
  [{ line: "bpfman unload 63", isBetween: true, as: COUNTER }],
  [{
    line: "bpfman load image oci:counter.oci:v1 --programs xdp:xdp_counter",
    prints: /counter\.oci/,
  }],
  [{
    line: "bpfman load image quay.io/net/counter:v1 --programs xdp:xdp_counter",
    prints: /quay\.io/,
  }],
  [{ line: "bpfman status --record" }],
  [{ line: "bpfman repair --rebuild-store" }],
  // applications
  [
    { line: "bpfman plan -f app.yaml", prints: /shop/ },
    { line: "bpfman plan -f app.yaml --detailed-exitcode", code: 8, prints: /shop/ },
  ],
  [{ line: "bpfman apply -f app.yaml", prints: /shop/ }],
  [{ line: "bpfman apply -f app.yaml", isBetween: true, manifest: 60 }],
  [
    { line: "bpfman diff" },
    { line: "bpfman diff shop" },
    { line: "bpfman history", prints: /shop/ },
    { line: "bpfman history shop", prints: /shop/ },
    { line: "bpfman export shop", prints: /ClusterBpfApplication/ },
    { line: "bpfman export", prints: /ClusterBpfApplication/ },
  ],
  [{ line: "bpfman rollback shop", prints: /shop/ }],
  [{ line: "bpfman rollback shop 3", as: { "3": "generation" }, prints: /shop/ }],
  [{ line: "bpfman apply -f apps/ --prune", prints: /shop/ }],
  [{ line: "bpfman apply -f app.yaml --key cosign.pub", prints: /shop/, manifest: 70 }],
  [{ line: "bpfman restore shop" }],
  [{ line: "bpfman delete -f app.yaml", prints: /shop/ }],
  [{ line: "bpfman restore" }],
  [{ line: "bpfman restore --wait 10s" }],
  // what was done
  [
    { line: "bpfman audit list --result refused" },
    { line: "bpfman audit list --verb load --limit 10", prints: /load/ },
    { line: "bpfman audit verify" },
    {
      line: "bpfman audit verify --anchor 12:" +
        "2ea275d41176e04fa1176f0717c19d203f34ba8aa760055ff42aa2e45759233f",
      as: { "12:2ea275d41176e04fa1176f0717c19d203f34ba8aa760055ff42aa2e45759233f": "head" },
    },
    { line: "bpfman audit head", prints: /^\d+:[0-9a-f]{64}$/m },
  ],
  [{ line: "bpfman install-unit", prints: /systemctl/ }],
  [{ line: "bpfman uninstall-unit" }],
];

/** What would take something away that the others need. */
export const END: Story = [
  [{ line: "bpfman image remove quay.io/net/counter:v1" }],
];

/** All of it. */
export const STORY: Story = [...BEGINNING, ...BESIDE, ...CHANGES, ...END];
