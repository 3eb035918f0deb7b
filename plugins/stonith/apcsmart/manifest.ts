import { define } from "../../../pils/manifest.ts";

/** Fences with a Smart-UPS of APC. */
export default define({
  kind: "stonith",
  name: "apcsmart",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Switches the output of an APC Smart-UPS at a serial line",
    de: "Schaltet den Ausgang einer APC Smart-UPS an einer seriellen Leitung",
  },
  config: [
    {
      fieldname: "device",
      basictype: "string",
      specialtype: "path",
      required: true,
      short_text: { en: "Node of the serial line, outside of /dev" },
      long_text: {
        en: "Deno grants no path below /dev, so make a node of the same line elsewhere: " +
          "mknod -m 0600 /etc/ha/lines/ups c MAJOR MINOR (see ls -l /dev/ttyS0).",
      },
    },
    {
      fieldname: "hostlist",
      basictype: "string",
      specialtype: "node",
      isarray: true,
      minitems: 1,
      maxitems: 1,
      required: true,
      short_text: { en: "The node at this UPS: it has one output, so there may be no second one" },
    },
  ],
  // stty sets the line up, and can neither read nor write it.
  permissions: { read: ["{device}"], write: ["{device}"], run: ["/bin/stty"] },
  isolation: "process",
  license: "MIT",
});
