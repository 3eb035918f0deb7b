import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/compression/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, {
  manifest,
  plugin,
  config: {},
  given: {
    // Of the bzip2 library itself, block sizes 1 and 9.
    known: [
      {
        packed: "QlpoMTFBWSZTWectFu4AACIRgEAAEgQOACAAMQwAip6jylahEI0QyEQzWsQyHxdyRThQkOctFu4=",
        text: "test bullets bullets bullets ".repeat(3),
      },
      { packed: "QlpoMRdyRThQkAAAAAA=", text: "" },
      {
        packed: "QlpoOTFBWSZTWau2c3MAAANRAKAAACAwAAAIIAAhhoGaAEsVj14u5IpwoSFXbObm",
        text: "a".repeat(300) + "b".repeat(5),
      },
    ],
  },
});
