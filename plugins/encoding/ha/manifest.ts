/** What `encoding/ha` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "encoding",
  name: "ha",
  version: "1.0.0",
  api: "encoding/1",
  summary: {
    en: "Heartbeat's own text format: netstring and classic framing, as in heartbeat 3.0.6",
  },
  config: [{
    fieldname: "framing",
    basictype: "enum",
    choices: ["netstring", "classic"],
    default: "netstring",
    short_text: { en: "How frames are written; both are read" },
    long_text: {
      en: "Heartbeat writes netstring framing into datagrams whatever msgfmt says, and classic " +
        "framing on serial lines and to its clients.",
    },
  }],
  permissions: {},
  license: "MIT",
});
