import { define } from "../../../pils/manifest.ts";

/** Fences with the power switch Night/Ware RPC100S. */
export default define({
  kind: "stonith",
  name: "nw_rpc100s",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Switches the outlet of a Night/Ware RPC100S at a serial line",
    de: "Schaltet die Dose eines Night/Ware RPC100S an einer seriellen Leitung",
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
          "mknod -m 0600 /etc/ha/lines/outlet c MAJOR MINOR (see ls -l /dev/ttyS0).",
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
      short_text: { en: "The node at this switch: it has one outlet, so there is no second one" },
    },
  ],
  // stty sets the line up, and can neither read nor write it.
  permissions: { read: ["{device}"], write: ["{device}"], run: ["/bin/stty"] },
  isolation: "process",
  license: "MIT",
});
