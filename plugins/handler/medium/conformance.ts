/**
 * The rules for every plugin of kind `medium`.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Clause, Opened, Trial } from "../conformance.ts";
import type { Medium, MediumEvent } from "./contract.ts";

/** What the plugin's test tells the suite. */
export interface MediumGiven {
  /** Changes to the example configuration that make the other end of the link. */
  readonly other: Readonly<Record<string, unknown>>;
  /** What the link carries that holds these bytes; itself, if it carries any bytes. */
  readonly packet?: (bytes: Uint8Array) => Uint8Array;
}

/** Milliseconds a packet may take on an idle link of one machine. */
const arrivalMs = 2_000;

/** A packet of so many bytes of payload, in the form that the link carries. */
const packetOf = ({ given }: Trial<Medium, MediumGiven>, bytes: Uint8Array): Uint8Array =>
  given.packet?.(bytes) ?? bytes;

const isPacket = (bytes: Uint8Array) => (event: unknown): boolean => {
  const { type, bytes: found } = event as MediumEvent & { readonly bytes?: Uint8Array };
  return type === "packet" && found?.length === bytes.length &&
    found.every((byte, at) => byte === bytes[at]);
};

/** Sends until it arrives: a medium may lose packets, but not all of them. */
async function carried(
  from: Opened<Medium>,
  to: Opened<Medium>,
  packet: Uint8Array,
  only?: string,
): Promise<void> {
  const arrived = to.event(isPacket(packet), arrivalMs);
  await from.api.send(packet, only);
  await arrived;
}

/** The numbered clauses. */
export const clauses: readonly Clause<Medium, MediumGiven>[] = [
  {
    id: "MEDIUM1",
    says: "a packet arrives at the other end as it was sent, both ways",
    async check(trial) {
      await using here = await trial.open();
      await using there = await trial.open(trial.given.other);
      const packet = Uint8Array.from({ length: 256 }, (_, at) => at);
      await carried(here, there, packetOf(trial, packet));
      await carried(there, here, packetOf(trial, packet.toReversed()));
    },
  },
  {
    id: "MEDIUM2",
    says: "the smallest packet, and one of 1400 bytes, are carried",
    async check(trial) {
      await using here = await trial.open();
      await using there = await trial.open(trial.given.other);
      await carried(here, there, packetOf(trial, new Uint8Array([7])));
      await carried(here, there, packetOf(trial, new Uint8Array(1_400).fill(9)));
    },
  },
  {
    id: "MEDIUM3",
    says: "packets emitted do not change when later ones come",
    async check(trial) {
      await using here = await trial.open();
      await using there = await trial.open(trial.given.other);
      const first = packetOf(trial, new Uint8Array(64).fill(1));
      await carried(here, there, first);
      await carried(here, there, packetOf(trial, new Uint8Array(64).fill(2)));
      assert.ok(there.events.some(isPacket(first)));
    },
  },
  {
    id: "MEDIUM4",
    says: "a packet larger than the mtu is not sent, and an event reports it",
    async check(trial) {
      await using here = await trial.open();
      const { mtuBytes } = await here.api.describe();
      const told = here.event((event) => (event as MediumEvent).type === "trouble", arrivalMs);
      await here.api.send(new Uint8Array(mtuBytes + 1));
      await told;
    },
  },
  {
    id: "MEDIUM7",
    says: "a packet that concerns one node arrives there, known by what `from` says or not",
    async check(trial) {
      await using here = await trial.open();
      await using there = await trial.open(trial.given.other);
      const packet = packetOf(trial, new Uint8Array(64).fill(3));
      await carried(there, here, packet);
      const came = here.events.find(isPacket(packet)) as { readonly from: string };
      await carried(here, there, packetOf(trial, new Uint8Array(64).fill(4)), came.from);
      await carried(here, there, packetOf(trial, new Uint8Array(64).fill(5)), "nobody:0");
    },
  },
  {
    id: "MEDIUM5",
    says: "a peer that is not there does no harm",
    async check(trial) {
      await using here = await trial.open();
      for (let count = 0; count < 20; count++) {
        await here.api.send(packetOf(trial, new Uint8Array([count])));
      }
      assert.equal((await here.api.describe()).type, "cluster");
    },
  },
  {
    id: "MEDIUM6",
    says: "after close nothing is held: the link can be opened again at once",
    async check(trial) {
      for (let turn = 0; turn < 3; turn++) {
        await using _here = await trial.open();
      }
    },
  },
];
