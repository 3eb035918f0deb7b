/**
 * Small clusters and what happens to them: whole histories, for a comparison with what was so before.
 *
 * @module
 */
import type { WireField } from "../../../plugins/handler/encoding/contract.ts";
import { sealPacket } from "../codecs.ts";
import type { HeartbeatConfig } from "../config.ts";
import { hex, string } from "../fields.ts";
import type { HostChange } from "../hosts.ts";
import { plainCodecs } from "./plain_codecs.ts";
import { SlowRing } from "./slow_ring.ts";
import { SmallClient } from "./small_client.ts";
import { SmallWorld } from "./small_world.ts";

const net0 = { link: "net0", plugin: "medium/memory", config: {} };
const config: HeartbeatConfig = {
  cluster: "c",
  nodes: ["n1", "n2", "n3"],
  media: [net0],
  keepaliveMs: 100,
  deadtimeMs: 500,
  initdeadMs: 2_000,
};

/** A cluster, formed. */
function formed(change: Partial<HeartbeatConfig> = {}, seed = 1): SmallWorld {
  const own = { ...config, ...change };
  const world = new SmallWorld(own, () => ({ ...plainCodecs("key"), packWith: "runs" }), seed);
  for (const name of own.nodes) world.start(name);
  world.run(500);
  return world;
}

/** Everybody says something to everybody. */
function chat(world: SmallWorld, about: string, times = 3): void {
  for (let time = 0; time < times; time++) {
    for (const from of config.nodes) {
      for (const to of config.nodes) world.say(from, to, `${about} ${time} of ${from}`);
    }
    world.run(40);
  }
}

/** A message that a C node sends. */
function saysAsC(world: SmallWorld, seq: number | undefined, ...fields: WireField[]): void {
  world.inject(
    "n1",
    "net0",
    sealPacket(plainCodecs("key"), [
      ...fields,
      string("src", "n2"),
      ...(seq === undefined ? [] : [hex("seq", seq)]),
      hex("hg", 7),
      hex("ts", 1_700_000_000),
      string("ttl", "3"),
    ]),
  );
}

const change = (world: SmallWorld, node: string, change: HostChange) => {
  world.tell(node, "operator", { type: "heartbeat/change", id: "1", change });
  world.run(100);
};

/** What happens, each under the sentence that says it. */
export const histories: Readonly<Record<string, () => SmallWorld>> = {
  "Three nodes form a cluster, and one that ends in good order is dead at once.": () => {
    const world = formed();
    chat(world, "all is well");
    world.give(world.node("n3"), { type: "stop", at: world.now });
    world.run(700);
    chat(world, "after the end");
    world.start("n3");
    world.run(600);
    chat(world, "again");
    return world;
  },
  "A node is lost without a word, and comes back with a new generation.": () => {
    const world = formed();
    chat(world, "before");
    world.kill("n2");
    world.run(800);
    chat(world, "without n2");
    world.start("n2");
    world.run(400);
    chat(world, "after");
    return world;
  },
  "A third of all packets is lost, a tenth comes twice, and all are late.": () => {
    const world = formed({}, 7);
    Object.assign(world.weather, { loss: 0.33, double: 0.1, delayMaxMs: 30 });
    for (let round = 0; round < 6; round++) {
      chat(world, `round ${round}`);
      world.say("n1", "n2", `large ${round} ${"abcdefghij".repeat(400)}`);
      world.say("n2", "n3", `runs ${round} ${"r".repeat(9_000)}`);
      world.run(300);
    }
    Object.assign(world.weather, { loss: 0, double: 0 });
    world.run(1_500);
    return world;
  },
  "A cluster is cut in two and whole again; one of two links dies.": () => {
    const world = formed({ media: [net0, { ...net0, link: "net1" }] });
    chat(world, "by both");
    world.weather.passes = (_from, _to, link) => link !== "net1";
    world.run(900);
    chat(world, "by one");
    world.weather.passes = (from, to) => from !== "n1" && to !== "n1";
    world.run(1_200);
    chat(world, "apart");
    world.weather.passes = () => true;
    world.run(900);
    chat(world, "whole");
    return world;
  },
  "A node stands still, a link fails, heartbeats are late.": () => {
    const world = formed({ warntimeMs: 200, graceMs: 300, graceForMs: 400 });
    world.pause("n1");
    world.run(1_500);
    world.resume("n1");
    world.run(800);
    world.weather.passes = (from) => from !== "n2";
    world.run(320);
    world.weather.passes = () => true;
    world.give(world.node("n3"), {
      type: "fault",
      at: world.now,
      instance: "net0",
      why: "the socket is gone",
      givenUp: true,
    });
    world.run(3_000);
    chat(world, "after");
    return world;
  },
  "Nodes are added, removed, weighed, and learn of it when they come.": () => {
    const world = formed();
    change(world, "n1", { change: "weight", node: "n2", weight: 7 });
    change(world, "n2", { change: "site", node: "n1", site: "east" });
    change(world, "n1", { change: "add", nodes: ["n4", "n5"] });
    change(world, "n1", { change: "remove", nodes: ["n2"] });
    world.config = { ...config, nodes: ["n1", "n2", "n3", "n4"] };
    world.start("n4");
    world.run(2_500);
    world.kill("n3");
    world.run(700);
    change(world, "n1", { change: "remove", nodes: ["n3", "n5"] });
    world.start("n3");
    world.run(1_000);
    change(world, "n2", { change: "add", nodes: ["n3"] });
    world.run(1_000);
    return world;
  },
  "Strangers join where they may, and not where they may not.": () => {
    const world = formed({ autojoin: "other", initdeadMs: 400 });
    world.config = { ...world.config, nodes: ["n1", "n9"] };
    world.start("n9");
    world.run(1_000);
    world.config = { ...config, nodes: ["n8"], cluster: "other" };
    world.start("n8");
    world.run(600);
    world.config = { ...config, versions: { oldest: 2, newest: 3 } };
    world.kill("n3");
    world.start("n3");
    world.run(1_500);
    return world;
  },
  "A node speaks as C heartbeat does: gaps, requests, acknowledgements, lies.": () => {
    const world = new SmallWorld(
      { ...config, nodes: ["n1", "n2"], deadtimeMs: 5_000, initdeadMs: 6_000 },
      () => plainCodecs("key"),
      3,
    );
    world.start("n1");
    const status = (seq: number) =>
      saysAsC(
        world,
        seq,
        string("t", "status"),
        string("st", "active"),
        hex("dt", 5_000),
        string("protocol", "1"),
      );
    const asks = (type: string, ...fields: WireField[]) =>
      saysAsC(world, undefined, string("t", type), string("dest", "n1"), ...fields);
    for (const seq of [1, 2, 3, 6, 6, 4, 9, 2]) {
      status(seq);
      world.run(120);
    }
    saysAsC(world, 10, string("t", "reqnodes"), string("dest", "n1"));
    asks("NS_nak_rexmit", hex("firstseq", 5), string("info", "seqno too low"));
    asks("NS_nak_rexmit", hex("firstseq", 5));
    world.run(700);
    asks("NS_rexmit", string("firstseq", "2"), string("lastseq", "5"));
    asks("NS_rexmit", string("firstseq", "5"), string("lastseq", "2"));
    asks("NS_rexmit", string("firstseq", "3"));
    asks("NS_rexmit", string("lastseq", "3"));
    asks("NS_rexmit", string("firstseq", "3"), string("lastseq", "x"));
    asks("NS_nak_rexmit");
    asks("NS_ackmsg");
    asks("NS_haunread");
    asks("NS_ackmsg", hex("ackseq", 4));
    asks("NS_ackmsg", hex("ackseq", 4_000));
    asks("NS_rexmit", string("firstseq", "3"), string("lastseq", "9"));
    asks("NS_haunread", hex("firstseq", 3));
    asks("NS_haunread", hex("firstseq", 3_000));
    status(11);
    saysAsC(world, 12, string("t", "status"), string("st", "odd"), hex("dt", 5_000));
    saysAsC(world, 13, string("t", "status"), string("st", "active"), hex("dt", 0));
    saysAsC(world, 300, string("t", "status"), string("st", "active"), hex("dt", 9e12));
    world.run(11_000);
    saysAsC(world, undefined, string("t", "NS_haleave"), hex("last", 200));
    saysAsC(world, undefined, string("t", "NS_haleave"), hex("last", 400));
    saysAsC(world, undefined, string("t", "NS_haleave"), hex("last", 500));
    world.run(500);
    return world;
  },
  "Packets of others: no signature, a wrong one, an old life, our own name.": () => {
    const world = formed();
    const old = [...world.node("n2").packets];
    world.kill("n2");
    world.run(700);
    world.start("n2");
    world.run(300);
    for (const packet of old.slice(0, 20)) world.inject("n1", "net0", packet);
    const fields = [string("t", "status"), hex("seq", 1), hex("hg", 1), string("ttl", "3")];
    for (const src of ["n1", "n2", "n7", ""]) {
      for (const key of ["key", "wrong"]) {
        const packet = sealPacket(plainCodecs(key), [...fields, string("src", src)]);
        for (const cut of [packet.length, packet.length - 1, 10, 0]) {
          world.inject("n1", "net0", packet.slice(0, cut), "10.0.0.66:694");
        }
      }
    }
    world.inject("n1", "net0", new Uint8Array(70_000));
    world.run(2_000);
    return world;
  },
  "All that was sent is played again, in the same life and in the next.": () => {
    const world = formed();
    chat(world, "first");
    world.say("n1", "n2", `large ${"abcdefghij".repeat(500)}`);
    world.run(200);
    const played = () => [...world.nodes.values()].flatMap(({ packets }) => packets.slice(-40));
    const play = (packets: readonly Uint8Array[]) => {
      for (const to of config.nodes) {
        for (const packet of packets) {
          if (world.node(to).alive) world.inject(to, "net0", packet, "n2");
        }
        world.run(20);
      }
    };
    const first = played();
    play(first);
    chat(world, "second");
    world.kill("n2");
    world.run(700);
    play(first);
    world.start("n2");
    world.run(400);
    play(first);
    chat(world, "third");
    play(played());
    world.run(1_000);
    return world;
  },
  "Programs of this node speak by the API of the original.": () => {
    const world = formed({ clients: { parameters: new Map([["a", "1"]]) } });
    const clients = ["n1", "n2"].map((node) => new SmallClient(world, node, "app"));
    const casual = new SmallClient(world, "n1", "57");
    const told = (client: SmallClient, lines: readonly string[]) => {
      for (const line of lines) world.node(client.node).log.push(`API: ${line}`);
    };
    const ask = (client: SmallClient | undefined, what: string, more = {}) => {
      if (client !== undefined) told(client, client.ask(what, more));
      world.run(20);
    };
    for (const client of [...clients, casual]) ask(client, "signon");
    for (
      const what of ["nodelist", "iflist", "nodestatus", "ifstatus", "clientstatus", "getparm"]
    ) {
      const more = { node: "n2", iface: "net0", ifname: "net0", cn: "app", pname: "a" };
      ask(clients[0], what, more);
      ask(casual, what, { ...more, node: "n9", ifname: "none", cn: "none", pname: "b" });
    }
    for (const what of ["setfilter", "setsignal", "nodetype", "numnodes", "sitename", "nonsense"]) {
      ask(clients[0], what, { node: "n1", fmask: "1", signal: "10", hamsg_fmask: "3" });
    }
    for (let time = 0; time < 3; time++) {
      clients[0]?.say({ t: "hello", text: `to all ${time}` });
      clients[1]?.say({ t: "hello", text: `to n1 ${time}`, dest: "n1" });
      world.run(10);
    }
    world.tell("n3", "test", { type: "heartbeat/watch" });
    casual.give({ type: "closed", connection: casual.connection, why: "EOF" });
    world.kill("n3");
    world.run(700);
    ask(clients[1], "signoff");
    world.run(300);
    for (const client of [...clients, casual]) told(client, [...client.heard(), ...client.calls]);
    return world;
  },
  "Pseudo-members answer and fall silent.": () => {
    const ping = (name: string) => ({ name, plugin: "medium/ping", config: {} });
    const world = formed({ pings: [ping("gateway"), ping("uplink")], deadpingMs: 300 });
    for (let time = 0; time < 12; time++) {
      for (const member of time < 6 ? ["gateway", "uplink", "nobody"] : ["uplink"]) {
        world.give(world.node("n1"), {
          type: "emit",
          at: world.now,
          instance: `ping:${member === "nobody" ? "uplink" : member}`,
          event: { type: "answered", member },
        });
      }
      world.run(100);
    }
    world.give(world.node("n1"), {
      type: "emit",
      at: world.now,
      instance: "ping:gateway",
      event: { type: "trouble", why: "cannot send" },
    });
    world.run(400);
    return world;
  },
  "Three nodes on a ring of slow lines, one of which is cut.": () => {
    const ring = new SlowRing(5, 2_400);
    ring.run(12_000);
    ring.cut.add("ab");
    ring.run(9_000);
    ring.cut.delete("ab");
    ring.run(6_000);
    return ring.world;
  },
};
