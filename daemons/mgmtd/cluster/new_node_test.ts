/**
 * The files of a new node, with the power lost at each point: no node, or a whole one, and the next try works.
 *
 * @module
 */
import assert from "node:assert/strict";
import { firstFiles } from "./first_files.ts";
import {
  attempt,
  carryOut,
  committingSteps,
  markerOf,
  presentAt,
  stagingSteps,
  type Step,
} from "./new_node.ts";
import type { Places } from "./places.ts";
import { permissions, project } from "../commands/testing/site.ts";
import { readAuthkeys } from "../../heartbeat/doors/configuration.ts";
import { applyChanges, readCib } from "../../cib/doors/document.ts";
import { readNodeConfig } from "../../site/node_config/read.ts";

const key = new Uint8Array(32).fill(0xab);
const first = { cluster: "c", node: "alice", address: "192.0.2.1", port: 694, peers: [] };

const anywhere = (folder: string): Places => ({
  config: `${folder}/etc/node.json`,
  authkeys: `${folder}/etc/authkeys`,
  cib: `${folder}/etc/cib.xml`,
  state: `${folder}/state`,
  run: `${folder}/run`,
  log: `${folder}/log`,
});

async function withFolder(work: (places: Places) => Promise<void>): Promise<void> {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${project}/.test`, prefix: "new_node_" });
  try {
    await work(anywhere(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const listed = (folder: string): string[] =>
  [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

async function assertWhole(places: Places): Promise<void> {
  const etc = places.config.replace(/\/[^/]+$/, "");
  assert.deepEqual(listed(etc), ["authkeys", "cib.xml", "node.json"]);
  for (const path of [places.config, places.authkeys, places.cib]) {
    assert.equal((await Deno.stat(path)).mode! & 0o777, 0o600, path);
  }
  const config = readNodeConfig(await Deno.readTextFile(places.config));
  assert.ok(config.ok && config.value.node === "alice");
  assert.ok(readAuthkeys(await Deno.readTextFile(places.authkeys), 0o600).ok);
  const xml = await Deno.readTextFile(places.cib);
  const applied = applyChanges(readCib(xml), [{ op: "replace", path: "/cib", xml }]);
  assert.ok(applied.ok, JSON.stringify(applied));
}

Deno.test("the files of a first node are what the daemons accept", { permissions }, async () => {
  await withFolder(async (places) => {
    await using made = await attempt(places, firstFiles(first, places, key));
    await made.commit();
    await assertWhole(places);
  });
});

/** Does the first steps, the last of them only half: as a loss of power leaves it. */
async function powerLost(places: Places, steps: readonly Step[], half: boolean): Promise<void> {
  using marker = await Deno.open(markerOf(places), {
    write: true,
    create: true,
    mode: 0o600,
  });
  for (const [at, step] of steps.entries()) {
    const isLast = at === steps.length - 1;
    await carryOut(
      half && isLast && step.do === "write"
        ? { ...step, text: step.text.slice(0, step.text.length / 2) }
        : step,
      marker,
    );
  }
}

/** Everything that is done; what is only synced leaves what was there. */
const allSteps = (places: Places): readonly Step[] =>
  [...stagingSteps(places, firstFiles(first, places, key)), ...committingSteps(places)]
    .filter((step) => step.do !== "sync");

for (const [at, { do: what }] of allSteps(anywhere("")).entries()) {
  for (const half of what === "write" ? [true, false] : [false]) {
    const name = `power lost ${half ? "within" : "after"} step ${at + 1} (${what})`;
    Deno.test(`${name} leaves no node or a whole one`, { permissions }, async () => {
      await withFolder(async (places) => {
        const etc = places.config.replace(/\/[^/]+$/, "");
        await Deno.mkdir(etc);
        await powerLost(places, allSteps(places).slice(0, at + 1), half);
        if (listed(etc).includes("node.json")) return await assertWhole(places);
        assert.deepEqual(await presentAt(places, 0), []);
        await using made = await attempt(places, firstFiles(first, places, key));
        await made.commit();
        await assertWhole(places);
      });
    });
  }
}

Deno.test(
  "a try that is not committed, or that fails, leaves nothing",
  { permissions },
  async () => {
    await withFolder(async (places) => {
      const node = firstFiles(first, places, key);
      const etc = places.config.replace(/\/[^/]+$/, "");
      {
        await using _made = await attempt(places, node);
        assert.deepEqual(listed(etc), ["authkeys", "cib.xml", "node.json.new"]);
      }
      assert.deepEqual(listed(etc), []);
      await Deno.mkdir(`${places.cib}.new/in_the_way`, { recursive: true });
      await assert.rejects(attempt(places, node), /nothing was made.*HA0013/s);
      assert.deepEqual(listed(etc), ["cib.xml.new", "node.json.new"], "and the key is gone");
      await Deno.remove(`${places.cib}.new`, { recursive: true });
      await using made = await attempt(places, node);
      await made.commit();
      await assertWhole(places);
    });
  },
);

Deno.test("what is there of a node is named, all of it, and stays", { permissions }, async () => {
  await withFolder(async (places) => {
    const node = firstFiles(first, places, key);
    await Deno.mkdir(`${places.state}/cluster`, { recursive: true });
    await Deno.mkdir(places.run);
    await Deno.mkdir(places.config.replace(/\/[^/]+$/, ""));
    await Deno.writeTextFile(places.authkeys, "auth 1\n1 sha1 of-another-cluster\n");
    const writer = { pid: 7, atMs: Date.now(), everyMs: 60_000 };
    await Deno.writeTextFile(
      `${places.run}/daemons.json`,
      JSON.stringify({ daemons: [], givenUp: "", writer }),
    );
    await assert.rejects(attempt(places, node), (error: Error) => {
      assert.match(error.message, /authkeys.*it is there already/s);
      assert.match(error.message, /state of a node: cluster/);
      assert.match(error.message, /a node runs here: process 7/);
      return true;
    });
    assert.match(await Deno.readTextFile(places.authkeys), /of-another-cluster/);
    await Deno.writeTextFile(places.config, "{}");
    await assert.rejects(attempt(places, node), /this machine is a node already/);
    assert.equal(await Deno.readTextFile(places.config), "{}");
  });
});

Deno.test("two tries at once: one makes the node, the other waits for nobody", {
  permissions,
}, async () => {
  await withFolder(async (places) => {
    const node = firstFiles(first, places, key);
    await using one = await attempt(places, node);
    await assert.rejects(attempt(places, node), /another command makes a node here/);
    await one.commit();
    await assertWhole(places);
  });
});

Deno.test("a link in the place of a file leads nothing elsewhere", { permissions }, async () => {
  await withFolder(async (places) => {
    await Deno.mkdir(places.config.replace(/\/[^/]+$/, ""));
    const victim = `${places.log}.victim`;
    await Deno.writeTextFile(victim, "precious");
    for (const path of [markerOf(places), `${places.authkeys}.new`]) {
      await new Deno.Command("/bin/sh", { args: ["-c", 'ln -s "$1" "$2"', "sh", victim, path] })
        .output();
    }
    await using made = await attempt(places, firstFiles(first, places, key));
    await made.commit();
    assert.equal(await Deno.readTextFile(victim), "precious");
    await assertWhole(places);
  });
});
