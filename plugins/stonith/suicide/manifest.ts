import { define } from "../../../pils/manifest.ts";

/** A node ends itself. */
export default define({
  kind: "stonith",
  name: "suicide",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Ends the machine on which it runs; it confirms nothing, since a dead machine cannot",
    de: "Beendet die Maschine, auf der es läuft, und bestätigt nichts",
  },
  config: [
    {
      fieldname: "offprogram",
      basictype: "string",
      specialtype: "path",
      default: "/usr/sbin/poweroff",
      short_text: { en: "Program that switches this machine off" },
    },
    {
      fieldname: "rebootprogram",
      basictype: "string",
      specialtype: "path",
      default: "/usr/sbin/reboot",
      short_text: { en: "Program that reboots this machine" },
    },
    {
      fieldname: "arguments",
      basictype: "string",
      isarray: true,
      maxitems: 8,
      length: 64,
      default: ["-nf"],
      short_text: { en: "Their arguments; -nf: at once, without asking any service" },
    },
  ],
  permissions: { run: ["{offprogram}", "{rebootprogram}"], sys: ["hostname"] },
  isolation: "process",
  license: "MIT",
});
