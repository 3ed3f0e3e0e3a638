/**
 * Examples of the help that no test here runs, and where what they show is tested.
 *
 * @module
 */

const REGISTRY = "needs a registry: tests/registry has one";
const KERNEL = "needs what not every kernel has: tests/kernel tries it where there is";
const SIGSTORE = "needs an instance of sigstore: tests/signatures has one";
const KERNELS = "needs files of other kernels: tests of bytecode-tools and tests/truth have them";
const MINUTE = "takes longer than a test may: tests/cli/apply_gate_test.ts has shorter ones";

/** Examples that are not run, with the reason. */
export const NOT_RUN: Readonly<Record<string, string>> = {
  "bpfman apply -f app.yaml --gate 30s,aborted==0,runs>0": MINUTE,
  "bpfman load image quay.io/net/counter:v1 --programs xdp:xdp_counter --key cosign.pub": REGISTRY,
  "bpfman load image quay.io/net/counter:v1 --programs xdp:xdp_counter -p Always": REGISTRY,
  "bpfman attach 64 netkit --iface nk0 --end peer --priority 50": KERNEL,
  "bpfman attach 67 cgroup_skb --cgroup system.slice/nginx.service -d egress": KERNEL,
  "bpfman attach 68 cgroup_sock_addr --cgroup system.slice/nginx.service": KERNEL,
  "bpfman attach 65 raw_tracepoint --tracepoint sched_switch": KERNEL,
  "bpfman attach 66 kprobe --fn-name vfs_unlink": KERNEL,
  "bpfman attach 69 fentry": KERNEL,
  "bpfman attach 70 fexit": KERNEL,
  "bpfman attach 71 lsm": KERNEL,
  "bpfman attach 72 perf_event --frequency 99 --pid 4711": KERNEL,
  "bpfman link update 7 --engine freplace": KERNEL,
  "bpfman image build quay.io/net/counter:v1 linux/amd64=el.bpf.o linux/s390x=eb.bpf.o --push":
    REGISTRY,
  "bpfman image build quay.io/net/counter:v1 counter.bpf.o --provenance --sbom --sign-key cosign.key --push":
    REGISTRY,
  "bpfman image build oci:counter.oci:v1 counter.bpf.o --btf 5.4.0=vmlinux-5.4.btf": KERNELS,
  "bpfman image pull quay.io/net/counter:v1": REGISTRY,
  "bpfman image pull quay.io/net/counter:v1 --all-platforms -p IfNotPresent": REGISTRY,
  "bpfman image push quay.io/net/counter:v1": REGISTRY,
  "bpfman image push quay.io/net/counter:v1 registry.example.com/net/counter:v1": REGISTRY,
  "bpfman image copy quay.io/net/counter:v1 registry.example.com/net/counter:v1": REGISTRY,
  "bpfman image copy quay.io/net/counter:v1 oci:counter.oci:v1": REGISTRY,
  "bpfman image sign quay.io/net/counter:v1 --key cosign.key": REGISTRY,
  "bpfman image sign quay.io/net/counter:v1 --key cosign.key -p Always": REGISTRY,
  "bpfman image verify quay.io/net/counter:v1 --key cosign.pub": REGISTRY,
  "bpfman image verify quay.io/net/counter:v1 --certificate-identity builder@example.com --certificate-oidc-issuer https://accounts.example.com":
    SIGSTORE,
  "bpfman image verify quay.io/net/counter:v1 --key cosign.pub --attestation https://slsa.dev/provenance/v1":
    SIGSTORE,
  "bpfman trust update": SIGSTORE,
  "bpfman trust update --mirror https://tuf.example.com --root root.json": SIGSTORE,
  "bpfman btf min counter.bpf.o --btf vmlinux-5.4.btf -o 5.4.btf": KERNELS,
  "bpfman check app.bpf.o --kernel 6.1,6.12": KERNELS,
  "bpfman kernel snapshot -o node7.facts.gz": "takes long, and the one without a file is run",
  "bpfman kernel add /boot/vmlinuz-6.1.0-40-amd64": KERNELS,
  "bpfman kernel add el9.btf --name el9": KERNELS,
  "bpfman kernel add veth.ko --name el9": KERNELS,
};
