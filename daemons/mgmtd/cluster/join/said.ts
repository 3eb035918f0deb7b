/**
 * Readers of the messages of a join. What comes from the other side is believed field by
 * field.
 *
 * @module
 */
import {
  integer,
  list,
  object,
  oneOf,
  type Reader,
  record,
  Refusal,
  sorts,
  text,
  writable,
} from "../../../runtime/reader.ts";
import { isIPv4, isIPv6 } from "../../../../metadata/special/mod.ts";
import { node as nodeName } from "../../../../metadata/special/place.ts";
import { repeatedName } from "../../../../metadata/repeated_name.ts";
import { type Ask, bounds, type Granted, type Said } from "./contract.ts";

const hex = (digits: number): Reader<string> => {
  const wrong = new Refusal(`${digits} hexadecimal digits`);
  return (value) =>
    typeof value === "string" && value.length === digits && /^[0-9a-f]+$/.test(value)
      ? value
      : wrong;
};

const nonce = hex(32);
const proof = hex(64);
const version = integer(0, 9_999);
const body = text(bounds.answerBytesMax);

const said: Reader<Said> = sorts<Said>("type", {
  hello: object({ type: oneOf("hello"), version, nonce }),
  ask: object({ type: oneOf("ask"), version, nonce, body: text(bounds.askBytesMax), proof }),
  granted: object({ type: oneOf("granted"), body, proof }),
  staged: object({ type: oneOf("staged"), proof }),
  added: object({ type: oneOf("added"), proof }),
  refused: object({ type: oneOf("refused"), reason: writable(4_000) }),
});

const address: Reader<string> = (value) =>
  typeof value === "string" && (isIPv4(value) || isIPv6(value)) ? value : notAddress;
const notAddress = new Refusal("an IP address");

const name: Reader<string> = (value) =>
  typeof value === "string" && nodeName.refuse(value) === undefined && value === value.toLowerCase()
    ? value
    : notName;
const notName = new Refusal("a name of a node, in lower case");

const ask: Reader<Ask> = object({
  name,
  addresses: list(object({ address }, { port: integer(1, 65_535) }), 8),
  protocols: writable(20),
  project: writable(64),
  clockMs: integer(0, 8_640_000_000_000_000),
});

/** Values of the configuration: `readNodeConfig` reads them before anything is written. */
const value: Reader<unknown> = (value) => value;
const granted: Reader<Granted> = object({
  config: record(value, 64),
  authkeys: text(bounds.answerBytesMax),
  notes: list(writable(1_000), 16),
});

/** Whether a message is of this type. */
export const isOf = <T extends Said["type"]>(
  said: Said,
  type: T,
): said is Extract<Said, { type: T }> => said.type === type;

/** Reads one line. */
export const readSaid = (line: string): Said | Refusal => read(said, line);
/** Reads what `ask` vouches for. */
export const readAsk = (line: string): Ask | Refusal => read(ask, line);
/** Reads what `granted` vouches for. */
export const readGranted = (line: string): Granted | Refusal => read(granted, line);

function read<T>(reader: Reader<T>, line: string): T | Refusal {
  try {
    const parsed: unknown = JSON.parse(line);
    // Two readers of a name that is there twice could believe two things.
    return repeatedName(line) === undefined ? reader(parsed) : new Refusal("each name once");
  } catch {
    return new Refusal("one object of JSON");
  }
}
