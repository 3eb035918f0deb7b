import assert from "node:assert/strict";
import type { Field } from "../../../../metadata/field.ts";
import type { Io } from "../../command.ts";
import { askFor } from "./ask_create.ts";

const fields: readonly Field[] = [
  {
    fieldname: "ip",
    basictype: "string",
    specialtype: "ipaddr",
    required: true,
    short_text: { en: "The address" },
  },
  { fieldname: "nic", basictype: "string", default: "eth0", short_text: { en: "The interface" } },
];

/** Answers questions one after another; what was asked and said. */
function person(...answers: readonly (string | undefined)[]) {
  const seen: string[] = [];
  let at = 0;
  const note = (text: string | readonly string[]) => void seen.push([text].flat().join("\n"));
  const io: Io = {
    out: note,
    err: note,
    ask(question) {
      seen.push(question);
      return answers[at++];
    },
  };
  return { io, seen };
}

const call = { options: { wait: true }, positionals: [] };
const known = () => Promise.resolve(fields);

Deno.test(
  "create asks for name, agent and what the agent requires",
  { permissions: "none" },
  async () => {
    const { io } = person("vip", "ocf:heartbeat:IPaddr2", "10.0.0.5", "n");
    assert.deepEqual(await askFor(call, io, known), {
      options: { wait: true },
      positionals: ["vip", "ocf:heartbeat:IPaddr2", "ip=10.0.0.5"],
    });
  },
);

Deno.test("a wrong value is asked for again; other parameters only on request", {
  permissions: "none",
}, async () => {
  const { io, seen } = person("vip", "ocf:heartbeat:IPaddr2", "10.0.0", "10.0.0.5", "y", "eth1");
  const asked = await askFor(call, io, known);
  assert.ok(typeof asked === "object", seen.join("\n"));
  assert.deepEqual(asked.positionals.slice(2), ["ip=10.0.0.5", "nic=eth1"]);
});

Deno.test(
  "no terminal, no agent, no answer: nothing is made",
  { permissions: "none" },
  async () => {
    assert.equal(await askFor(call, person().io, known), undefined);
    assert.equal(await askFor(call, person("vip", "IPaddr2").io, known), 2);
    const nobody = () => Promise.resolve(undefined);
    assert.equal(await askFor(call, person("vip", "ocf:heartbeat:IPadr2").io, nobody), 105);
    assert.equal(await askFor(call, person("vip", "ocf:heartbeat:IPaddr2").io, known), 1);
  },
);
