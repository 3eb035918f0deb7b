import assert from "node:assert/strict";
import { coverage, type Survey } from "./coverage.ts";

const seen = (device: string, ok: boolean, hosts: readonly string[]) => ({
  device,
  ok,
  hosts,
  detail: "",
  tookMs: 1,
});

Deno.test("who can fence whom from where: twice, once, or not at all, and never itself", () => {
  const survey: Survey = {
    silent: ["dave"],
    nodes: [
      { node: "bob", devices: [seen("d1", false, ["carol"]), seen("d2", true, ["bob"])] },
      { node: "alice", devices: [seen("d1", true, ["carol"]), seen("any", true, ["*"])] },
    ],
  };
  const { nodes, devices, silent } = coverage(survey, ["alice", "bob", "dave"]);
  assert.deepEqual(silent, ["dave"]);
  assert.deepEqual(devices.map(({ device, from }) => `${device} ${from}`), [
    "any alice",
    "d1 alice",
    "d1 bob",
    "d2 bob",
  ]);
  assert.deepEqual(
    nodes.map(({ node, by }) => [node, ...by.map(({ device, from }) => `${device} ${from}`)]),
    [
      ["alice"],
      ["bob", "any alice"],
      ["carol", "any alice", "d1 alice"],
      ["dave", "any alice"],
    ],
  );
});
