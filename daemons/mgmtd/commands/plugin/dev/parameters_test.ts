import assert from "node:assert/strict";
import type { Field } from "../../../../../metadata/field.ts";
import { pairsOf, parametersOf } from "./parameters.ts";

const fields: readonly Field[] = [
  { fieldname: "address", basictype: "string", specialtype: "IPv4", required: true },
  { fieldname: "port", basictype: "integer", specialtype: "port", default: 80 },
  { fieldname: "hosts", basictype: "string", isarray: true, required: true },
  { fieldname: "password", basictype: "string", secret: true },
  { fieldname: "cluster", basictype: "string" },
];
const example = { address: "192.0.2.1", hosts: ["alice", "bob"], password: "hidden" };
const own = { cluster: "dev-1", node: "sandbox" };

const paths = (checked: ReturnType<typeof parametersOf>) =>
  checked.ok ? [] : checked.diagnostics.map(({ path }) => path.join("."));

Deno.test("words are NAME=VALUE, each once", () => {
  assert.deepEqual(pairsOf(["a=b=c", "d="]), {
    ok: true,
    value: { a: "b=c", d: "" },
    warnings: [],
  });
  const wrong = pairsOf(["a", "=b", "c=1", "c=2"]);
  assert.deepEqual(wrong.ok ? [] : wrong.diagnostics.map(({ path }) => path[0]), ["a", "=b", "c"]);
});

Deno.test("the example is changed by what is said, and knows the sandbox by its name", () => {
  const checked = parametersOf(fields, example, own, { port: "8080", hosts: "carol" });
  assert.deepEqual(checked.ok && checked.value.plugin, {
    address: "192.0.2.1",
    hosts: "carol",
    password: "hidden",
    cluster: "dev-1",
    port: "8080",
  });
  const theirs = parametersOf(fields, example, own, { cluster: "theirs" });
  assert.equal(theirs.ok && theirs.value.plugin["cluster"], "theirs");
  assert.equal(theirs.ok && theirs.value.plugin["hosts"], "alice bob");
});

Deno.test("all problems are told at once, of the agent too, and no secret is taken from a command line", () => {
  const agent = {
    fields: [{ fieldname: "state", basictype: "string", specialtype: "path" }] as const,
    example: { state: "/run/a" },
  };
  const pairs = { adress: "1", address: "x", port: "0.5", password: "seen", state: "a" };
  const checked = parametersOf(fields, example, own, pairs, agent);
  assert.deepEqual(paths(checked).sort(), [
    "address",
    "adress",
    "agent.state",
    "password",
    "port",
  ]);
  const text = JSON.stringify(checked);
  assert.match(text, /Did you mean \\"address\\"/);
  assert.doesNotMatch(text, /seen|hidden/);
  const right = parametersOf(fields, example, own, { state: "/run/b" }, agent);
  assert.deepEqual(right.ok && right.value.agent, { state: "/run/b" });
});
