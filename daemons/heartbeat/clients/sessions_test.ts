import assert from "node:assert/strict";
import { fromHere, scenarios } from "../../runtime/testing/transcript.ts";
import zlib from "../../../plugins/compression/zlib/mod.ts";
import ha from "../../../plugins/encoding/ha/mod.ts";
import type { WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import { Random } from "../../runtime/random.ts";
import type { Message } from "../../runtime/messages.ts";
import type { HeartbeatConfig } from "../config.ts";
import { string, stringOf } from "../fields.ts";
import { plainCodecs } from "../testing/plain_codecs.ts";
import { SmallWorld } from "../testing/small_world.ts";
import { socketInstance } from "./send.ts";
import { SmallClient } from "../testing/small_client.ts";
import type { ClientRule } from "./state.ts";

const scenario = scenarios("heartbeat_sessions");

const config: HeartbeatConfig = {
  nodes: ["n1", "n2", "n3"],
  media: [{ link: "eth0", plugin: "medium/memory", config: {} }],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2000,
  clients: { parameters: new Map() },
};

function formed(rules?: readonly ClientRule[], seed = 1): SmallWorld {
  const clients = { parameters: new Map(), ...(rules === undefined ? {} : { rules }) };
  const world = new SmallWorld({ ...config, clients }, () => plainCodecs("key"), seed);
  for (const name of config.nodes) world.start(name);
  world.run(500);
  fromHere();
  return world;
}

function named(world: SmallWorld, node: string, name: string): SmallClient {
  const client = new SmallClient(world, node, name);
  assert.equal(client.ask("signon").at(-1)?.includes("result=OK"), true);
  return client;
}

scenario(
  "a named client first hears of its own coming; one that gives its pid gets the answer alone",
  () => {
    const world = formed();
    const casual = new SmallClient(world, "n1", "57");
    assert.deepEqual(casual.ask("signon"), [
      "t=hbapi-resp result=OK deadtime=1f4 keepalive=64 node=n1 hbversion=3.0.6 pacemaker=off logfacility=0",
    ]);
    const client = new SmallClient(world, "n1", "app");
    const [join, answer] = client.ask("signon");
    assert.equal(
      join,
      "t=hbapi-clstat st=join from_id=app to_id=app src=n1 info=signon client_gen=0",
    );
    assert.match(answer ?? "", /^t=hbapi-resp result=OK/);
    assert.match(
      new SmallClient(world, "n1", "app").ask("signon").join(),
      /result=badreq info=a client app is signed on already/,
    );
  },
);

scenario("a message to all reaches the client of that name on every node, its sender too", () => {
  const world = formed();
  const all = config.nodes.map((node) => named(world, node, "app"));
  const other = named(world, "n2", "other");
  world.run(20);
  for (const one of [...all, other]) one.heard();
  all[0]!.say({ t: "hello", text: "x", src: "n3", from_id: "other", hg: "ffff" });
  world.run(20);
  for (const one of all) {
    assert.deepEqual(one.heard(), [
      "t=hello text=x from_id=app to_id=app client_gen=0 src=n1",
    ], `${one.node}: who sent it is not its own to say`);
  }
  assert.deepEqual(other.heard(), []);
});

scenario("a message to a node reaches that node alone, oneself included", () => {
  const world = formed();
  const all = config.nodes.map((node) => named(world, node, "app"));
  world.run(20);
  for (const one of all) one.heard();
  all[0]!.say({ t: "hello", dest: "n2" });
  all[0]!.say({ t: "self", dest: "n1" });
  all[0]!.say({ t: "nobody", dest: "n9" });
  world.run(20);
  assert.deepEqual(all.map((one) => one.heard().map((line) => line.split(" ")[0])), [
    ["t=self"],
    ["t=hello"],
    [],
  ]);
  assert.match(world.node("n1").log.join("\n"), /there is no node n9/);
});

scenario("presence of clients is known on every node: coming, going, and with their node", () => {
  const world = formed();
  const [one, two] = ["n1", "n2"].map((node) => named(world, node, "app"));
  world.run(20);
  assert.deepEqual(one!.heard(), [
    "t=hbapi-clstat st=join from_id=app to_id=app src=n2 info=signon client_gen=0",
  ]);
  world.tell("n3", "test", { type: "heartbeat/watch" });
  const known = () => {
    for (const { message } of world.node("n3").heard.toReversed()) {
      if (message.type === "heartbeat/presence") {
        return message.clients.map(({ node, client }) => `${client}@${node}`);
      }
    }
    return [];
  };
  assert.deepEqual(known(), ["app@n1", "app@n2"]);
  assert.match(one!.ask("clientstatus", { node: "n2", cn: "app" }).join(), /^$/);
  world.run(20);
  assert.deepEqual(one!.heard(), [
    "t=respond-cstatus dest=n1 result=OK cn=app to_id=app cs=online src=n2",
  ]);
  assert.deepEqual(one!.ask("clientstatus", { node: "n1", cn: "app" }), [
    "t=hbapi-resp subt=respond-cstatus cs=online result=OK",
  ]);
  two!.give({ type: "closed", connection: two!.connection, why: "EOF" });
  world.run(20);
  assert.deepEqual(one!.heard(), [
    "t=hbapi-clstat st=leave from_id=app to_id=app src=n2 info=EOF client_gen=0",
  ]);
  assert.deepEqual(known(), ["app@n1"]);
  world.kill("n1");
  world.run(1000);
  assert.deepEqual(known(), []);
});

scenario("changes of nodes and links are pushed; a casual client is not bothered", () => {
  const world = formed();
  const client = named(world, "n1", "app");
  const casual = new SmallClient(world, "n1", "57");
  casual.ask("signon");
  world.run(20);
  client.heard();
  world.kill("n3");
  world.run(1000);
  assert.deepEqual(client.heard(), [
    "t=ifstat node=n3 ifname=eth0 st=dead",
    "t=status src=n3 st=dead",
  ]);
  world.start("n3");
  world.run(1000);
  const back = client.heard();
  assert.ok(back.includes("t=ifstat node=n3 ifname=eth0 st=up"), back.join("\n"));
  assert.ok(back.some((line) => /^t=status st=active .*src=n3$/.test(line)), back.join("\n"));
  assert.equal(
    back.filter((line) => line.startsWith("t=status")).length <= 3,
    true,
    "changes only",
  );
  assert.deepEqual(casual.heard(), []);
});

scenario("a filter shows root what others do not see", () => {
  const world = formed();
  const client = named(world, "n1", "app");
  assert.deepEqual(client.ask("setfilter", { fmask: "3" }), ["t=hbapi-resp result=OK"]);
  world.run(300);
  assert.ok(client.heard().filter((line) => /^t=status st=active/.test(line)).length >= 4);
  assert.deepEqual(client.ask("setfilter", { fmask: "fff" }), [
    "t=hbapi-resp result=badreq info=EINVAL",
  ]);
  const user = new SmallClient(world, "n1", "user", { pid: 57, uid: 0, gid: 0 });
  user.ask("signon");
  assert.deepEqual(user.ask("setfilter", { fmask: "10" }), ["t=hbapi-resp result=OK"]);
  const weak = new SmallClient(world, "n2", "weak", { pid: 57, uid: 7, gid: 7 });
  weak.ask("signon", { uid: "7", gid: "7" });
  assert.deepEqual(weak.ask("setfilter", { fmask: "2" }), [
    "t=hbapi-resp result=badreq info=EPERM",
  ]);
});

scenario(
  "a casual client may only query, an unknown one not even that; heartbeat's own is refused",
  () => {
    const world = formed();
    const listener = named(world, "n2", "app");
    const casual = new SmallClient(world, "n1", "57");
    assert.match(casual.ask("numnodes").join(), /badreq info=sign on first/);
    casual.ask("signon");
    casual.say({ t: "hello", to_id: "app" });
    const client = named(world, "n1", "app");
    client.say({ t: "status", st: "dead" });
    client.say({ t: "NS_haleave" });
    client.say({ t: "delnode", nodelist: "n3" });
    client.say({ text: "no type" });
    world.run(20);
    listener.heard();
    assert.deepEqual(listener.heard(), []);
    assert.equal(world.sees("n2", "n1"), "active");
    assert.equal(world.node("n1").machine.state.peers.has("n3"), true);
  },
);

scenario("who may: the kernel's word counts, not the client's", () => {
  const world = formed([{ client: "ccm", uids: [108], gids: [] }, {
    client: "anon",
    uids: [],
    gids: [33],
  }]);
  const tries = (id: string, uid: number, gid: number, said: Record<string, string> = {}) =>
    new SmallClient(world, "n1", id, { pid: 57, uid, gid })
      .ask("signon", { uid: String(uid), gid: String(gid), ...said }).at(-1) ?? "";
  assert.match(tries("ccm", 108, 1), /result=OK/);
  assert.match(tries("app", 108, 1), /badreq info=only root may sign on as app/);
  assert.match(tries("ccm2", 0, 0), /result=OK/);
  assert.match(tries("57", 5, 33), /result=OK/);
  assert.match(tries("57", 5, 34), /badreq info=user 5 of group 34 may not sign on as a casual/);
  assert.match(tries("app", 9, 9, { uid: "0" }), /badreq info=it says it is user 0, not 9/);
  assert.match(tries("58", 0, 0), /badreq info="58" is not a name of a client/);
  assert.match(
    new SmallClient(world, "n1", "x").ask("signon").join(),
    /badreq info=the kernel does not report its identity/,
  );
});

scenario("bytes that are no message end only that client, and the cluster learns of it", () => {
  const world = formed();
  const client = named(world, "n1", "app");
  const other = named(world, "n2", "app");
  world.run(20);
  other.heard();
  client.give({ type: "frame", connection: client.connection, bytes: Uint8Array.of(1, 2) });
  world.run(20);
  assert.deepEqual(client.calls, ["end"]);
  assert.match(other.heard().join(), /st=leave .*info=malformed/);
});

scenario("clients wait while a living node does not acknowledge, and go on when it does", () => {
  const world = formed();
  const [one, two] = ["n1", "n2"].map((node) => named(world, node, "app"));
  world.run(20);
  two!.heard();
  // n2 hears n1, but n1 hears no acknowledgement of it.
  let mute = true;
  const { machine } = world.node("n1");
  const deaf = { ...machine };
  world.node("n1").machine = {
    ...deaf,
    step(state, event) {
      if (mute && event.type === "emit" && isAcknowledgement(event.event)) return [];
      return machine.step(state, event);
    },
  };
  for (let i = 0; i < 400 && !one!.calls.includes("pause true"); i++) {
    one!.say({ t: "count", i: String(i) });
    world.run(1);
  }
  assert.deepEqual(one!.calls, ["pause true"]);
  mute = false;
  one!.say({ t: "last" });
  world.run(2000);
  assert.deepEqual(one!.calls, ["pause true", "pause false"]);
});

scenario(
  "with a fifth of all packets lost a client's messages arrive once, and all of them",
  () => {
    const world = formed(undefined, 9);
    const [one, two] = ["n1", "n2"].map((node) => named(world, node, "app"));
    world.run(20);
    two!.heard();
    world.weather.loss = 0.2;
    for (let i = 0; i < 200; i++) {
      one!.say({ t: "count", i: String(i) });
      world.run(20);
    }
    world.weather.loss = 0;
    world.run(3000);
    const numbers = two!.heard().flatMap((line) => /t=count i=(\d+)/.exec(line)?.[1] ?? []);
    assert.deepEqual(
      numbers.map(Number).sort((a, b) => a - b),
      Array.from({ length: 200 }, (_, i) => i),
    );
  },
);

const isAcknowledgement = (event: unknown): boolean =>
  typeof event === "object" && event !== null && "bytes" in event &&
  event.bytes instanceof Uint8Array && new TextDecoder().decode(event.bytes).includes("NS_ackmsg");

scenario(
  "services of this node may ask too: nodes and links, a parameter, who is signed on",
  () => {
    const world = new SmallWorld(
      { ...config, clients: { parameters: new Map([["deadtime", "500ms"]]) } },
      () => plainCodecs("key"),
    );
    for (const node of config.nodes) world.start(node);
    world.run(500);
    const asked = (message: Message): Message => {
      world.tell("n1", "service", message);
      const answer = world.node("n1").heard.at(-1);
      assert.equal(answer?.service, "service");
      return answer!.message;
    };
    const nodes = asked({ type: "heartbeat/subscribe" });
    assert.ok(nodes.type === "heartbeat/connectivity" && nodes.nodes.length === 3);
    assert.deepEqual(nodes.nodes[1]?.links, [{ name: "eth0", up: true }]);
    assert.deepEqual(asked({ type: "heartbeat/parameter", id: "1", name: "deadtime" }), {
      type: "heartbeat/value",
      id: "1",
      value: "500ms",
    });
    assert.deepEqual(asked({ type: "heartbeat/parameter", id: "2", name: "nonesuch" }), {
      type: "heartbeat/value",
      id: "2",
    });
    named(world, "n2", "app");
    world.run(20);
    assert.deepEqual(asked({ type: "heartbeat/watch" }), {
      type: "heartbeat/presence",
      clients: [{ node: "n2", client: "app" }],
    });
  },
);

Deno.test("a message too large for a packet goes packed, one that does not pack is refused", async () => {
  const host = { emit: () => {}, log: () => {} };
  const encoding = await ha({ framing: "netstring" }, host);
  const clientEncoding = await ha({ framing: "classic" }, host);
  const compressions = new Map([["zlib", await zlib({ level: 6 }, host)]]);
  const world = new SmallWorld(
    config,
    () => ({ ...plainCodecs("key"), encoding, clientEncoding, compressions }),
  );
  for (const node of config.nodes) world.start(node);
  world.run(500);
  const give = (node: string, fields: WireMessage) =>
    world.give(world.node(node), {
      type: "emit",
      at: world.now,
      instance: socketInstance,
      // With a closing NUL, which belongs to classic framing alone but is minded nowhere.
      event: {
        type: "frame",
        connection: 1,
        bytes: Uint8Array.from([...encoding.encode(fields), 0]),
      },
    });
  const signon = ["t=hbapi-req", "reqtype=signon", "pid=1", "from_id=app"].map((pair) => {
    const [name = "", value = ""] = pair.split("=");
    return string(name, value);
  });
  for (const node of ["n1", "n2"]) {
    const event = { type: "opened", connection: 1 };
    world.give(world.node(node), { type: "emit", at: world.now, instance: socketInstance, event });
    give(node, signon);
  }
  world.run(20);
  const random = new Random(1);
  const noise = Array.from({ length: 100_000 }, () => random.pick([..."0123456789abcdef"])).join(
    "",
  );
  const text = "all work and no play\x13 ".repeat(9_000);
  give("n1", [string("t", "noise"), string("body", noise.repeat(2))]);
  give("n1", [string("t", "large"), string("body", text)]);
  world.run(20);
  const heard = world.node("n2").calls.flatMap(([method, , bytes]) => {
    const decoded = method === "send" && bytes instanceof Uint8Array && encoding.decode(bytes);
    return decoded && decoded.ok ? [decoded.message] : [];
  });
  const large = heard.find((message) => stringOf(message, "t") === "large");
  assert.equal(large && stringOf(large, "body"), text);
  assert.equal(heard.some((message) => stringOf(message, "t") === "noise"), false);
  assert.match(world.node("n1").log.join("\n"), /exceed the 65507 of a packet, compressed or not/);
  assert.ok(world.node("n1").packets.every(({ length }) => length <= 65_507));
});
