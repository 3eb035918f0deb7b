import assert from "node:assert/strict";
import { filePath } from "../../../pils/found.ts";
import { conform } from "../../handler/conform.ts";
import { clauses } from "../../handler/stonith/conformance.ts";
import { loaded } from "../../handler/stonith/testing_load.ts";
import { reaches } from "../../handler/stonith/testing_reach.ts";
import { sh } from "../../handler/stonith/testing_sshd.ts";
import manifest from "./manifest.ts";
import plugin from "./mod.ts";

const folder = `${filePath(new URL("../../../.test", import.meta.url))}/suicide${Deno.pid}`;
const { state } = await Deno.permissions.query({ name: "run", command: "/bin/sh" });
const own = state === "granted" ? await sh("uname -n") : "localhost";
const program = `${folder}/end`;
const config = { offprogram: program, rebootprogram: program, arguments: ["-nf"] };
const not = "it never confirms its own end";

Deno.test.beforeAll(async () => {
  await sh(
    `mkdir -p "$1" && printf '#!/bin/sh\\necho "$@" >"$\{0}ed"\\n' >"$1/end" && chmod +x "$1/end"
     printf '#!/bin/sh\\nexec sleep 9\\n' >"$1/hang" && chmod +x "$1/hang"`,
    folder,
  );
});
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

conform(clauses, {
  manifest,
  plugin,
  config,
  given: {
    host: own,
    revive: () => Promise.resolve(),
    misdirected: [{ offprogram: `${folder}/nothing` }, { offprogram: "/bin/false" }],
    alive: () => Promise.resolve(true),
  },
  levels: ["process"],
  skip: { STONITH3: not, STONITH4: not, STONITH7: not },
});

reaches({
  manifest,
  config: () => config,
  may: () => [`run ${program}`],
  mayNot: () => ["connect 127.0.0.1 80", "run /bin/sh", `read ${folder}`],
});

Deno.test("stonith/suicide runs the program of the action, in its time, and confirms nothing", async () => {
  await sh('rm -f "$1/ended"', folder);
  await using device = await loaded(manifest, { ...config, rebootprogram: `${folder}/hang` });
  const { ok, detail } = await device.api.fence("off", own, 2_000);
  assert.equal(ok, false);
  assert.match(detail, /end ended with code 0, and .* still lives/);
  assert.equal(await sh('cat "$1/ended"', folder), "-nf");
  const begin = performance.now();
  assert.equal((await device.api.fence("reboot", own, 500)).ok, false);
  assert.ok(performance.now() - begin < 1_500);
});
