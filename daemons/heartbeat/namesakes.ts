/**
 * Two nodes with the same name, or with the same UUID, for example after a disk was copied. Neither
 * can work, and nobody would find the cause if it were not reported.
 *
 * @module
 */
import { withCode } from "../../metadata/code.ts";
import type { WireMessage } from "../../plugins/handler/encoding/contract.ts";
import { bytesOf, hexOf } from "./fields.ts";
import { log, type Peer, type Turn } from "./state.ts";

/** Packets of a namesake between two complaints. */
const complainEvery = 1000;

/**
 * Whether a packet that bears our name is of another node. One of an earlier life of ours is not: it
 * may have been on its way, or be a replay.
 */
export function isNamesake({ state }: Turn, message: WireMessage): boolean {
  const uuid = bytesOf(message, "srcuuid");
  return uuid !== undefined && !same(uuid, state.uuid) ||
    (hexOf(message, "hg") ?? 0) > state.generation;
}

/** Counts a packet of a namesake, and now and then says that there is one. */
export function complain(turn: Turn, link: string): void {
  const { counters, node } = turn.state;
  if (counters.dropped.namesake++ % complainEvery > 0) return;
  log(
    turn,
    "err",
    withCode(
      "HA5006",
      `Another node calls itself ${node} too (heard by ${link}): the others hear only one of the two. ` +
        "Fix: stop one and give it its own name; if its disk was copied, empty its state folder",
    ),
  );
}

/**
 * Whether a packet is of a second node that bears a peer's name, while the first one lives. To take it
 * for a restart of the first would end that one's membership unfenced: what it runs would be started
 * elsewhere while it still runs there.
 */
export function isSecond(peer: Peer, message: WireMessage): boolean {
  if (peer.status === "dead" || peer.statusAt < 0 || peer.uuid === undefined) return false;
  const uuid = bytesOf(message, "srcuuid");
  return uuid !== undefined && !same(uuid, peer.uuid);
}

/** Takes note of a node's UUID, and says so if it is another's too. */
export function takeUuid(turn: Turn, peer: Peer, uuid: Uint8Array): void {
  if (peer.uuid !== undefined && same(uuid, peer.uuid)) return;
  peer.uuid = uuid;
  const { state } = turn;
  const twin = same(uuid, state.uuid)
    ? state.node
    : [...state.peers.values()].find((other) =>
      other !== peer && other.uuid !== undefined && same(uuid, other.uuid)
    )?.name;
  if (twin === undefined) return;
  log(
    turn,
    "err",
    withCode(
      "HA5006",
      `${peer.name} has the same UUID as ${twin}: a disk was copied. Fix: stop one of them, remove its ` +
        "file uuid from the state folder (hb_uuid of a C node), and start it again",
    ),
  );
}

const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at]);
