import assert from "node:assert/strict";
import { choicesOf } from "./plugin/ask_choices.ts";
import { placesOf } from "./plugin/places.ts";
import { permissions, project, site } from "./testing/site.ts";

const manifest = `export default {
  kind: "stonith", name: "outlets", version: "1.0.0", api: "stonith/1", summary: { en: "Outlets" },
  config: [
    { fieldname: "address", basictype: "string", specialtype: "host", required: true },
    { fieldname: "password", basictype: "string", secret: true },
    { fieldname: "outlet", basictype: "enum", choices: ["any"], choicesfrom: "outlets" },
  ],
  permissions: {}, license: "MIT",
};
`;
const module = `export default ({ address }) => ({
  hosts: () => [], status: () => ({ ok: true, detail: "" }), fence: () => ({ ok: true, detail: "" }),
  outlets({ outlet }) {
    if (address === "down") return new Promise(() => {});
    if (address === "odd") return [1, 2];
    return [{ value: "1", label: { en: "First of " + address } }, "2 " + (outlet ?? "")];
  },
  unnamed: () => "nobody can call this",
});
`;

Deno.test({
  name:
    "choices are asked of a plugin in the lock, in a process of its own, with the values so far",
  permissions,
  async fn() {
    await using it = await site();
    const folder = `${it.here}/stonith/outlets`;
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/manifest.ts`, manifest);
    await Deno.writeTextFile(`${folder}/mod.ts`, module);
    const places = placesOf({ options: { lock: "plugins.lock.json" }, positionals: [] }, {
      project,
      here: it.here,
      deno: Deno.execPath(),
    });
    const outlet = {
      fieldname: "outlet",
      basictype: "enum",
      choices: ["any"],
      choicesfrom: "outlets",
    } as const;
    const ask = (values: Readonly<Record<string, unknown>>, field: object = {}) =>
      choicesOf("stonith/outlets", places).of({ ...outlet, ...field }, values);
    // Nobody has consented to it yet.
    assert.deepEqual(await ask({ address: "pdu" }), ["any"]);
    const added = await it.ha("plugin add stonith/outlets --lock=plugins.lock.json --yes");
    assert.equal(added.code, 0, added.out);
    assert.deepEqual(await ask({ address: "pdu", outlet: "x" }), [
      { value: "1", label: { en: "First of pdu" } },
      "2 x",
      "any",
    ]);
    assert.deepEqual(await ask({}), ["any"], "the address is missing: it cannot be loaded");
    assert.deepEqual(await ask({ address: "odd" }), ["any"], "no choices");
    assert.deepEqual(await ask({ address: "pdu" }, { choicesfrom: "unnamed" }), ["any"]);
  },
});
