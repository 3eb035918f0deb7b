/**
 * Messages that an authentic but mad node, or a mad local client, may send: every type that heartbeat
 * knows, with values that are absent, repeated, of another type, huge or nonsense. For tests.
 *
 * @module
 */
import type { WireField, WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import type { Random } from "../../runtime/random.ts";
import { string } from "../fields.ts";

const types = [
  ..."status reqnodes repnodes addnode delnode setweight setsite query-cstatus respond-cstatus"
    .split(" "),
  ..."hbapi-clstat hbapi-req hbapi-resp ifstat NS_ackmsg NS_rexmit NS_nak_rexmit NS_st".split(" "),
  ..."NS_hastream NS_hastream_ack NS_hastream_base NS_haleave NS_nonsense app".split(" "),
  "",
];
const names = [
  ..."t src hg seq ts ttl dest st dt protocol hastream nodelist delnodelist node weight site".split(
    " ",
  ),
  ..."cn from_id to_id cs result client_gen ackseq firstseq lastseq n p a session rhg last".split(
    " ",
  ),
  ..."reqtype pid uid gid fmask sendqlen ifname pname queryname queryuuid oseq info ld".split(" "),
  ..."srcuuid destuuid _compression_algorithm _compressed_payload auth".split(" "),
];
const requests =
  "signon signoff setfilter setsignal set_sendqlen nodelist nodestatus iflist ifstatus clientstatus getparm getrsc getuuid getnodename numnodes nodeweight"
    .split(" ");
const values = [
  ..."0 1 2 7 9 a ff ffffffffffff -1 1e9 active up init dead join leave any other none OK zlib bz2"
    .split(" "),
  ..."__proto__ constructor ccm app 57 * ../.. 99999999999999999999".split(" "),
  "",
  " ",
  "x".repeat(300),
  "n1 7 1 5 1,2,3",
  "n1 7 1 5 " + "9,".repeat(500),
  "a b c d e f",
  "é\n=,:",
];

/** One message; `nodes` are names that mean something to the receiver. */
export function hostileMessage(random: Random, nodes: readonly string[]): WireMessage {
  const message: WireField[] = [string("t", random.pick(types))];
  if (random.chance(0.9)) message.push(string("src", random.pick(nodes)));
  if (random.chance(0.9)) message.push(string("ts", "65000000"));
  if (random.chance(0.9)) message.push(string("hg", random.between(0, 3).toString(16)));
  if (random.chance(0.9)) message.push(string("seq", random.between(0, 3000).toString(16)));
  if (random.chance(0.5)) message.push(string("dest", random.pick(nodes)));
  if (random.chance(0.3)) message.push(string("reqtype", random.pick(requests)));
  for (let more = random.between(0, 8); more > 0; more--) message.push(field(random, nodes));
  return random.chance(0.1) ? random.shuffle(message) : message;
}

function field(random: Random, nodes: readonly string[]): WireField {
  const name = random.pick(names);
  const value = random.chance(0.2) ? random.pick(nodes) : random.pick(values);
  switch (random.between(0, 9)) {
    case 0:
      return { type: "binary", name, value: bytes(random) };
    case 1:
      return { type: "list", name, value: ["x", value === "" ? "y" : value] };
    case 2:
      return { type: "struct", name, value: [string("t", value)] };
    default:
      return string(name, value);
  }
}

function bytes(random: Random): Uint8Array {
  const length = random.pick([0, 1, 16, 100]);
  return Uint8Array.from({ length }, () => random.between(0, 255));
}
