import assert from "node:assert/strict";
import { pingText, readPings } from "./pings.ts";

Deno.test("pseudo-members are shown as the node asked sees them", { permissions: "none" }, () => {
  const pings = readPings({
    node: "n1",
    pings: [{ name: "gateway", status: "ping" }, { name: "storage", status: "dead" }],
  });
  assert.deepEqual(pings, [
    { name: "gateway", nodetype: "ping", status: "ping" },
    { name: "storage", nodetype: "ping", status: "dead" },
  ]);
  assert.equal(
    pingText(pings),
    "\nPing Nodes (as this node sees them):\n  * gateway: ping\n  * storage: dead\n",
  );
  assert.equal(pingText(readPings({ node: "n1" })), "");
  assert.deepEqual(
    readPings({ pings: [{ name: 1, status: "ping" }, { name: "x", status: "?" }] }),
    [],
  );
});
