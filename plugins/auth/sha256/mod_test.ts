import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/auth/conformance.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

conform(clauses, {
  manifest,
  plugin,
  config: { key: "Jefe" },
  given: {
    otherKey: { key: "Jefg" },
    // RFC 4231, test case 2.
    known: [{
      text: "what do ya want for nothing?",
      mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    }],
  },
});

conform(clauses.filter(({ id }) => id === "AUTH5"), {
  manifest,
  plugin,
  // A key longer than the hash's block is hashed first.
  config: { key: "0123456789".repeat(12) },
  given: {
    known: [{
      text: "packet",
      mac: "f32fd6039ea9d9837ce7b0ab8b7dd02d9167bae76c0c2223b93b9f61561a2992",
    }],
  },
});
