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

for (
  const [words, said] of [
    [["add", "n\x1b[31m4"], /nodes\[0\].*control characters/],
    [["add", "n".repeat(256)], /nodes\[0\].*255/],
    [["remove", ...Array.from({ length: 2_000 }, (_, at) => `n${at}`)], /nodes: expected a list/],
    [["weight", "n1", "9".repeat(30)], /weight: expected an integer/],
    [["site", "n1", "a\nb".repeat(200)], /site: expected text/],
  ] as const
) {
  Deno.test(`ha heartbeat ${words[0]} says at once what heartbeat would not read: ${said}`, async () => {
    // Without a right to any socket: nobody is asked.
    const { code, err } = await ran(heartbeatCommands, ["heartbeat", ...words], where);
    assert.equal(code, 64);
    assert.match(err, said);
    assert.match(err, /^Nothing was asked for: [^\n]+\n$/);
  });
}
