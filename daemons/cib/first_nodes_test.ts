import assert from "node:assert/strict";
import { readCib } from "./change.ts";
import { unknownNodes } from "./first_nodes.ts";

const cib = (nodes: string) =>
  readCib(`<cib><configuration><nodes>${nodes}</nodes></configuration><status/></cib>`);
const node = (name: string, more = "") => `<node id="${name}" uname="${name}" ${more}/>`;

Deno.test("a first CIB names no node that the configuration forgets", () => {
  const names = ["alice", "bob"];
  assert.deepEqual(unknownNodes(cib(""), names), []);
  assert.deepEqual(unknownNodes(cib(node("alice") + node("bob", 'type="normal"')), names), []);
  assert.deepEqual(unknownNodes(cib(node("far", 'type="remote"')), names), []);
  const [one, ...others] = unknownNodes(cib(node("alice") + node("Bob") + node("carol")), names);
  assert.deepEqual(others, []);
  assert.deepEqual(one?.path, ["nodes"]);
  assert.equal(one?.what, "Bob, carol of the first CIB are not among alice, bob");
});
