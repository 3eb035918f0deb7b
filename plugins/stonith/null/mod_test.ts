import assert from "node:assert/strict";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const config = { hostlist: ["alice"], i_know: "nothing-is-fenced" };
const not = "it fences nothing, which is what it is for";

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: "alice",
    revive: () => Promise.resolve(),
    misdirected: [],
    alive: () => Promise.resolve(true),
  },
  levels: ["inline", "process"],
  skip: { STONITH3: not, STONITH6: not, STONITH7: not },
});

reaches({ manifest, config: () => config, may: () => [], mayNot: () => ["connect 127.0.0.1 80"] });

Deno.test("stonith/null says loudly that it fences nothing, and must be agreed to", async () => {
  await assert.rejects(loaded(manifest, { hostlist: ["alice"] }), /i_know/);
  await using device = await loaded(manifest, config);
  for (const action of ["off", "on", "reboot"] as const) {
    const { ok, detail } = await device.api.fence(action, "alice", 1_000);
    assert.ok(ok);
    assert.match(detail, /was not done\. THIS DEVICE FENCES NOTHING/);
  }
  assert.match((await device.api.status()).detail, /FENCES NOTHING/);
  const loud = device.lines.filter((line) => /^err .*THIS DEVICE FENCES NOTHING/.test(line));
  assert.equal(loud.length, 4, device.lines.join("\n"));
});
