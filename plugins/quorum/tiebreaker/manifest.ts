/** What `quorum/tiebreaker` says of itself. @module */
import { define } from "../../../pils/manifest.ts";

export default define({
  kind: "quorum",
  name: "tiebreaker",
  version: "1.0.0",
  api: "quorum/1",
  summary: {
    en: "Of two equal halves, the one with a chosen node may act",
    de: "Von zwei gleichen Hälften darf die mit einem gewählten Knoten handeln",
  },
  config: [{
    fieldname: "nodes",
    basictype: "string",
    isarray: true,
    maxitems: 99,
    default: [],
    short_text: {
      en: "Nodes in order: the first of them that counts breaks the tie. Empty: the first by name",
    },
    long_text: {
      en: "The list must be the same on every node: where it differs, both halves may act.",
    },
  }],
  permissions: {},
  license: "MIT",
});
