import assert from "node:assert/strict";
import { project } from "../../commands/testing/site.ts";
import type { Places } from "../places.ts";
import { journalFile, readJournal, writeJournal } from "./journal.ts";
import { freeNumber, setAside } from "./set_aside.ts";

const permissions = { read: [project], write: [`${project}/.test`] };

/** The files of a node that is leaving. */
async function node() {
  await Deno.mkdir(`${project}/.test`, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: `${project}/.test`, prefix: "aside_" });
  const places: Places = {
    config: `${folder}/node.json`,
    authkeys: `${folder}/authkeys`,
    cib: `${folder}/cib.xml`,
    state: `${folder}/state`,
    run: `${folder}/run`,
    log: `${folder}/log`,
  };
  const { authkeys, state, run } = places;
  const make = async () => {
    await Deno.mkdir(`${state}/cluster`, { recursive: true });
    await Deno.writeTextFile(`${state}/cluster/view`, "7");
    for (const path of [places.config, authkeys, places.cib]) await Deno.writeTextFile(path, path);
    await writeJournal(places, {
      phase: "agreed",
      cluster: "demo",
      node: "bob",
      number: await freeNumber(places),
      standby: false,
      purge: false,
      authkeys,
      state,
      run,
    });
  };
  await make();
  return {
    places,
    make,
    names: () => [...Deno.readDirSync(folder)].map(({ name }) => name).sort().join(" "),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

const kept = "authkeys.left-1 cib.xml.left-1 node.json.left-1 state.left-1";

for (const purge of [false, true]) {
  Deno.test({
    name: `files are put aside, however often it is interrupted${purge ? ", and removed" : ""}`,
    permissions,
    async fn() {
      for (let at = 0; at < 5; at++) {
        await using it = await node();
        const { number = 0 } = await readJournal(it.places) ?? {};
        let steps = 0;
        const cut = () => {
          if (steps++ === at) throw new Error("the power is lost");
          return Promise.resolve();
        };
        await assert.rejects(setAside(it.places, { number, purge }, cut), /the power is lost/);
        // The first step already leaves no node that could start.
        assert.ok(!it.names().split(" ").includes("node.json"));
        if (at < 4) assert.ok((await readJournal(it.places)) !== undefined, "it can go on");
        await setAside(it.places, { number, purge }, () => Promise.resolve());
        assert.equal(it.names(), purge ? "" : kept);
      }
    },
  });
}

Deno.test({
  name: "files of former nodes are never replaced",
  permissions,
  async fn() {
    await using it = await node();
    for (let number = 1; number <= 9; number++) {
      assert.equal(await freeNumber(it.places), number);
      await setAside(it.places, { number, purge: false }, () => Promise.resolve());
      if (number < 9) await it.make();
    }
    await assert.rejects(freeNumber(it.places), /files of 9 former nodes are kept.*HA0047/s);
    await Deno.writeTextFile(it.places.config, "new");
    const again = setAside(it.places, { number: 1, purge: false }, () => Promise.resolve());
    await assert.rejects(again, /node.json.left-1" is there already.*HA0047/s);
  },
});

Deno.test({
  name: "a file of another form is no record of a leave",
  permissions,
  async fn() {
    await using it = await node();
    for (const text of ["", "{", "[]", '{"phase":"agreed"}', "null"]) {
      await Deno.writeTextFile(journalFile(it.places), text);
      assert.equal(await readJournal(it.places), undefined, text);
    }
  },
});
