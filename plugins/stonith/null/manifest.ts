import { define } from "../../../pils/manifest.ts";

/** Fences nothing. */
export default define({
  kind: "stonith",
  name: "null",
  version: "1.0.0",
  api: "stonith/1",
  summary: {
    en: "Fences nothing and confirms everything: for tests without data, never for a real cluster",
    de: "Schaltet nichts und bestätigt alles: nur für Versuche ohne Daten",
  },
  config: [
    {
      fieldname: "hostlist",
      basictype: "string",
      specialtype: "node",
      isarray: true,
      minitems: 1,
      required: true,
      short_text: { en: "Nodes that it confirms to have fenced" },
    },
    {
      fieldname: "i_know",
      basictype: "enum",
      choices: ["nothing-is-fenced"],
      required: true,
      short_text: { en: "Must be nothing-is-fenced: services may run twice, and destroy data" },
    },
  ],
  permissions: {},
  license: "MIT",
});
