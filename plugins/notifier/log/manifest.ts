import { define } from "../../../pils/manifest.ts";

/** Writes alerts into the log of the daemon that loaded it. */
export default define({
  kind: "notifier",
  name: "log",
  version: "1.0.0",
  api: "notifier/1",
  summary: { en: "Writes every alert into the log", de: "Schreibt jede Meldung ins Protokoll" },
  config: [{
    fieldname: "level",
    basictype: "enum",
    choices: ["err", "warning", "notice", "info"],
    default: "notice",
    short_text: { en: "Level of syslog at which alerts are written" },
  }],
  permissions: {},
  license: "MIT",
});
