import { define } from "../../../pils/manifest.ts";

/** Any alert agent of Pacemaker on the disk, each a type of its own path. */
export default define({
  kind: "notifier",
  name: "exec",
  version: "1.0.0",
  api: "notifier/1",
  summary: {
    en: "Runs an alert agent of Pacemaker: each program is a type of its own path",
    de: "Startet einen Alert-Agenten von Pacemaker: jedes Programm ist ein Typ seines Pfads",
  },
  config: [{
    fieldname: "program",
    basictype: "string",
    required: true,
    length: 255,
    regex: "(?:\\.?[A-Za-z0-9_][A-Za-z0-9._\\-]*\\/){1,16}\\.?[A-Za-z0-9_][A-Za-z0-9._\\-]*",
    short_text: { en: "Path of the program without its first slash, which is the type" },
  }],
  // It is a program with all rights of the user. `kill` ends the group of an overdue one.
  permissions: { run: ["/{program}", "/bin/kill"] },
  family: {
    field: "program",
    types: "(?:\\.?[A-Za-z0-9_][A-Za-z0-9._\\-]*\\/){1,16}\\.?[A-Za-z0-9_][A-Za-z0-9._\\-]*",
  },
  license: "MIT",
});
