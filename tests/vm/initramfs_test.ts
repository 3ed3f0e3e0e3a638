import { deepStrictEqual, throws } from "node:assert/strict";
import { modulesInOrder } from "./initramfs.ts";

const TABLES = {
  dependencies: `kernel/fs/9p/9p.ko.xz: kernel/net/9p/9pnet.ko.xz kernel/fs/netfs.ko.xz
kernel/net/9p/9pnet.ko.xz:
kernel/fs/netfs.ko.xz:
kernel/net/9p/9pnet-virtio.ko.xz: kernel/net/9p/9pnet.ko.xz kernel/virtio/virtio.ko.xz
kernel/virtio/virtio.ko.xz:
`,
  builtin: "kernel/drivers/virtio/virtio_pci.ko\n",
};

Deno.test("modulesInOrder() puts what a module needs before it, and nothing twice", () => {
  deepStrictEqual(modulesInOrder(TABLES, ["virtio_pci", "9pnet_virtio", "9p"]), [
    "kernel/virtio/virtio.ko.xz",
    "kernel/net/9p/9pnet.ko.xz",
    "kernel/net/9p/9pnet-virtio.ko.xz",
    "kernel/fs/netfs.ko.xz",
    "kernel/fs/9p/9p.ko.xz",
  ]);
});

Deno.test("modulesInOrder() refuses a module that the kernel does not have", () => {
  throws(() => modulesInOrder(TABLES, ["overlay"]), /no module "overlay"/);
});
