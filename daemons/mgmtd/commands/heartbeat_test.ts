import assert from "node:assert/strict";
import { parseCall } from "../parse_call.ts";
import { heartbeatCommands } from "./heartbeat.ts";
import { ran } from "./testing/ran.ts";

const where = { project: "/opt/ha", here: "/home/op", deno: "/bin/deno" };

Deno.test("a change of nodes touches the socket of one node alone", () => {
  const parsed = parseCall(heartbeatCommands, ["heartbeat", "add", "n4", "--run=run"]);
  assert.equal(parsed.type, "call");
  if (parsed.type !== "call") return;
  const path = "/home/op/run/heartbeat.sock";
  assert.deepEqual(parsed.command.grant(parsed.call, where), {
    net: [`unix:${path}`],
    read: [path],
    write: [path],
  });
});

for (
  const words of [["add"], ["remove"], ["weight", "n1"], ["weight", "n1", "much"], [
    "site",
    "n1",
  ], ["site", "n1", "a", "b"]]
) {
  Deno.test(`ha heartbeat ${words.join(" ")} is not enough, or too much`, async () => {
    const { code, err } = await ran(heartbeatCommands, ["heartbeat", ...words], where);
    assert.equal(code, 64);
    assert.match(err, /^ha heartbeat \w+ takes NODE/);
  });
}
