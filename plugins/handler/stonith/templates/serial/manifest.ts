import { define } from "../../../../../pils/manifest.ts";

/** Template: a power switch on a serial line. */
export default define({
  kind: "stonith",
  name: "serial",
  version: "1.0.0",
  api: "stonith/1",
  summary: { en: "Takes the power from a node with a switch on a serial line" },
  config: [
    {
      fieldname: "device",
      basictype: "string",
      specialtype: "device",
      required: true,
      short_text: { en: "The line, such as /dev/ttyS0" },
    },
    {
      fieldname: "baud",
      basictype: "integer",
      minimum: 300,
      maximum: 4_000_000,
      default: 9_600,
      short_text: { en: "Speed of the line, in baud" },
    },
    {
      fieldname: "hostlist",
      basictype: "string",
      specialtype: "node",
      isarray: true,
      minitems: 1,
      maxitems: 16,
      required: true,
      short_text: { en: "Nodes at the outlets 1, 2, 3 and so on" },
    },
  ],
  // No device can be granted by path: programs open it, and these two start no others.
  permissions: { run: ["/bin/stty", "/bin/dd"] },
  license: "MIT",
});
