import assert from "node:assert/strict";
import type { WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import { string, stringOf } from "../fields.ts";
import { answer, type ClientView } from "./answer.ts";
import { framed, FrameReader } from "./frames.ts";

const view: ClientView = {
  node: "node1",
  keepaliveMs: 100,
  deadtimeMs: 500,
  parameters: new Map([["deadtime", "500ms"]]),
  nodes: ["node1", "node2"].map((name) => ({
    name,
    kind: "normal",
    status: "active",
    generation: 7,
    links: [{ name: "eth0", up: true }],
  })),
};

function ask(reqtype: string, more: Readonly<Record<string, string>> = {}): string[] {
  const answers = answer([
    string("t", "hbapi-req"),
    string("reqtype", reqtype),
    ...Object.entries(more).map(([name, value]) => string(name, value)),
  ], view);
  return answers === "close" ? ["close"] : answers.map(shown);
}

const shown = (message: WireMessage): string =>
  message.filter(({ name }) => name !== "t" && name !== "reqtype")
    .map(({ name }) => `${name}=${stringOf(message, name)}`).join(" ");

Deno.test("answers are those of heartbeat, field by field", () => {
  assert.deepEqual(ask("nodelist"), [
    "node=node1 nodetype=normal st=active result=ok/more",
    "node=node2 nodetype=normal st=active result=OK",
  ]);
  assert.deepEqual(ask("iflist", { node: "node2" }), ["ifname=eth0 st=up result=OK"]);
  assert.deepEqual(ask("ifstatus", { node: "node2", ifname: "eth0" }), ["st=up result=OK"]);
  assert.deepEqual(ask("nodestatus", { node: "node2" }), ["st=active result=OK"]);
  assert.deepEqual(ask("nodestatus", { node: "none" }), ["result=badreq info=EINVAL"]);
  assert.deepEqual(ask("numnodes"), ["numnodes=2 result=OK"]);
  assert.deepEqual(ask("getparm", { pname: "deadtime" }), ["pvalue=500ms result=OK"]);
  assert.deepEqual(ask("getparm", { pname: "none" }), ["result=OK"]);
  assert.deepEqual(ask("set_sendqlen", { sendqlen: "200" }), []);
  assert.deepEqual(ask("signoff"), ["close"]);
  assert.deepEqual(ask("nonsense"), ["result=badreq info=EINVAL"]);
});

Deno.test("a client that gives its pid only gets the answer; a named one hears of its coming first", () => {
  assert.deepEqual(ask("signon", { pid: "57", from_id: "57" }), [
    "result=OK deadtime=1f4 keepalive=64 node=node1 hbversion=3.0.6 pacemaker=off logfacility=0",
  ]);
  assert.equal(ask("signon", { pid: "57", from_id: "ccm" }).length, 2);
});

Deno.test("frames come in any pieces, and what is none is refused", () => {
  const frames = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(5000).fill(7)];
  const stream = Uint8Array.of(...frames.flatMap((frame) => [...framed(frame)]));
  for (const piece of [1, 7, 4096, stream.length]) {
    const reader = new FrameReader();
    const got: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += piece) {
      got.push(...reader.push(stream.subarray(at, at + piece)));
    }
    assert.deepEqual(got, frames, `pieces of ${piece}`);
  }
  assert.throws(() => new FrameReader().push(new Uint8Array(8)), RangeError);
  assert.throws(
    () => new FrameReader().push(Uint8Array.of(0, 0, 0, 9, 0xcd, 0xab, 0, 0)),
    RangeError,
  );
});
