/**
 * An alert as a notification of SNMP 2c (RFC 3416), with the objects of PACEMAKER-MIB (enterprise
 * 32723).
 *
 * @module
 */
import type { Alert } from "../../handler/notifier/contract.ts";
import { line } from "../../handler/notifier/words.ts";
import { ber, BerReader, integer, octets, oid, tags } from "../../handler/notifier/snmp.ts";

/** PDUs. */
const pduTags = { inform: 0xa6, trap: 0xa7, response: 0xa2 } as const;
const timeTicks = 0x43;

const [upTime, trapOid] = ["1.3.6.1.2.1.1.3.0", "1.3.6.1.6.3.1.1.4.1.0"];
const pacemaker = "1.3.6.1.4.1.32723";

/** Objects by the details that they have: of notification 1, each a scalar. */
const objects: readonly (readonly [number: number, fact: string, type: "text" | "number"])[] = [
  [1, "node", "text"],
  [2, "rsc", "text"],
  [3, "task", "text"],
  [4, "desc", "text"],
  [5, "status", "number"],
  [6, "rc", "number"],
  [7, "target_rc", "number"],
  [8, "attribute_name", "text"],
  [9, "attribute_value", "text"],
];

/** The message. */
export function notification(
  type: "inform" | "trap",
  community: string,
  id: number,
  upMs: number,
  { facts }: Alert,
): Uint8Array {
  const variable = (name: string, value: Uint8Array) => ber(tags.sequence, oid(name), value);
  const variables = objects.flatMap(([number, fact, type]) => {
    const value = facts[fact];
    if (value === undefined) return [];
    const of = type === "text" ? octets(line(value)) : integer(Number(value) | 0);
    return [variable(`${pacemaker}.1.${number}.0`, of)];
  });
  const pdu = ber(
    pduTags[type],
    integer(id),
    integer(0),
    integer(0),
    ber(
      tags.sequence,
      variable(upTime, ticks(upMs)),
      variable(trapOid, oid(`${pacemaker}.2.1`)),
      ...variables,
    ),
  );
  return ber(tags.sequence, integer(1), octets(community), pdu);
}

/** Hundredths of a second, in 32 bits without a sign. */
function ticks(upMs: number): Uint8Array {
  const value = Math.floor(upMs / 10) >>> 0;
  const bytes = [value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255];
  return ber(timeTicks, Uint8Array.from([0, ...bytes]));
}

/** Whether a packet is the answer to an inform. @throws {Error} if it is none of SNMP 2c. */
export function isResponse(packet: Uint8Array, id: number): boolean {
  const message = new BerReader(packet).sequence();
  if (message.integer() !== 1) return false;
  message.content(tags.octets);
  const { tag, content } = message.next();
  return tag === pduTags.response && new BerReader(content).integer() === id;
}
