/**
 * What must hold of every graph, on clusters of the whole configuration language: few here, as many
 * as wanted with `deno task fuzz engine`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { parse } from "../../metadata/xml/mod.ts";
import { checkDialect, isRefused } from "../../daemons/pengine/dialect/check.ts";
import { schedule } from "../../daemons/pengine/doors/engine.ts";
import { Random } from "../../daemons/runtime/random.ts";
import { nowS, wideCib } from "./engine/cluster.ts";
import { goldenSeeds, textOfSeeds } from "./engine/golden_seeds.ts";
import { violations } from "./engine/invariants.ts";
import { shrunk } from "./engine/shrink.ts";
import { type Told, toldOf } from "./engine/told.ts";
import { followsOrder } from "./engine/turned.ts";

const rewrite = Deno.args.includes("--rewrite");
const golden = new URL("../golden/engine/seeds.txt", import.meta.url).pathname;
const known = goldenSeeds(Deno.readTextFileSync(golden));
const options = { ignoreWhitespace: true, ignoreComments: true };
const read = (cib: string) => parse(cib, options).root;

const each = (check: (cib: string, seed: number, random: Random) => void): void => {
  for (const seed of known.keys()) {
    const random = new Random(seed);
    const cib = wideCib(random);
    try {
      check(cib, seed, random);
    } catch (error) {
      throw new Error(`seed ${seed}: ${cib}`, { cause: error });
    }
  }
};

Deno.test("random clusters are written in the configuration language", () => {
  each((cib) => {
    const found = checkDialect(read(cib));
    assert.ok(!isRefused(found), found.map(({ what }) => what).join("\n"));
  });
});

Deno.test("no circle, no second instance, no start before its stop", () => {
  each((cib) => {
    const root = read(cib);
    assert.deepEqual(violations(root, schedule(root, { nowS })), []);
  });
});

Deno.test({
  name: "what the engine says of each cluster is what it said when it decided as the original does",
  permissions: { read: [golden], write: rewrite ? [golden] : false },
  fn() {
    const now = new Map<number, Told>();
    each((cib, seed, random) => void now.set(seed, toldOf(cib, random)));
    const text = textOfSeeds(now);
    if (rewrite) Deno.writeTextFileSync(golden, text);
    const wrong = [...goldenSeeds(text)].flatMap(([seed, parts]) => {
      const differs = [...parts].filter(([part, digest]) => known.get(seed)?.get(part) !== digest);
      return differs.length === 0 ? [] : [
        `Seed ${seed} differs in its ${differs.map(([part]) => part).join(", ")}. ` +
        `Fix: compare with \`deno task fuzz engine 1 --seed ${seed}\`, then \`deno task golden\``,
      ];
    });
    assert.deepEqual(rewrite ? [] : wrong, []);
  },
});

Deno.test("the order of options, locations and recorded operations does not matter", () => {
  each((cib) => {
    const root = read(cib);
    assert.deepEqual(followsOrder(root, schedule(root, { nowS }).graph, { nowS }), []);
  });
});

Deno.test("a CIB is shrunk to what makes the difference", async () => {
  const cib = wideCib(new Random(7));
  const asked = (text: string): boolean => text.includes('id="r1"') && text.includes("node1");
  assert.ok(asked(cib));
  const small = await shrunk(cib, (cibs) => Promise.resolve(cibs.map(asked)));
  assert.ok(asked(small));
  assert.ok(small.length < cib.length / 3, small);
  assert.ok(!small.includes("lrm_rsc_op"), small);
});
