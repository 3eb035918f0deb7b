import { define } from "../../../pils/manifest.ts";

/** Fences with the power switches RPS-10 of WTI. */
export default define({
  kind: "stonith",
  name: "rps10",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Switches the modules of a WTI RPS-10 at a serial line",
    de: "Schaltet die Module eines WTI RPS-10 an einer seriellen Leitung",
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
          "mknod -m 0600 /etc/ha/lines/strip c MAJOR MINOR (see ls -l /dev/ttyS0).",
      },
    },
    {
      fieldname: "hostlist",
      basictype: "string",
      isarray: true,
      minitems: 1,
      maxitems: 10,
      length: 270,
      regex: "[A-Za-z0-9][A-Za-z0-9._\\-]*:[0-9]",
      required: true,
      short_text: { en: "Nodes with the addresses of their modules, such as alice:0 bob:1" },
    },
  ],
  // stty sets the line up, and can neither read nor write it.
  permissions: { read: ["{device}"], write: ["{device}"], run: ["/bin/stty"] },
  isolation: "process",
  license: "MIT",
});
