import { define } from "../../../pils/manifest.ts";

/** Fences virtual machines by virsh. */
export default define({
  kind: "stonith",
  name: "libvirt",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Switches virtual machines of a libvirt host by virsh",
    de: "Schaltet virtuelle Maschinen eines libvirt-Wirts mit virsh",
  },
  config: [
    {
      fieldname: "uri",
      basictype: "string",
      length: 500,
      regex: "[a-z]+(?:\\+[a-z]+)?:\\/\\/[!-~]*",
      default: "qemu:///system",
      short_text: {
        en: "The hypervisor, such as qemu+tls://kvm1/system or qemu+ssh://kvm1/system",
      },
    },
    {
      fieldname: "hostlist",
      basictype: "string",
      isarray: true,
      minitems: 1,
      maxitems: 64,
      length: 320,
      regex: "[A-Za-z0-9][A-Za-z0-9._\\-]*(?::[A-Za-z0-9][A-Za-z0-9._\\-]{0,63})?",
      required: true,
      short_text: { en: "Nodes, each with its domain: alice:vm-alice; else by the node's name" },
    },
  ],
  // virsh reaches the hypervisor: what it may is what its user may.
  permissions: { run: ["/usr/bin/virsh"] },
  isolation: "process",
  license: "MIT",
});
