/**
 * What the process that listens is started with: over its standard input, as others may read the
 * arguments of a process.
 *
 * @module
 */
import { integer, object, Refusal, text } from "../../../runtime/reader.ts";
import type { Certificate } from "./certificate.ts";

/** The order. */
export interface Order {
  readonly address: string;
  readonly port: number;
  readonly endsAtMs: number;
  readonly certificate: Certificate;
  readonly secret: Uint8Array;
  /** Path of the node configuration. */
  readonly config: string;
}

const read = object({
  address: text(64),
  port: integer(1, 65_535),
  endsAtMs: integer(0, Number.MAX_SAFE_INTEGER),
  cert: text(8_000),
  key: text(8_000),
  fingerprint: text(64),
  secret: text(64),
  config: text(4_096),
});

/** As it is sent. */
export const orderText = ({ certificate, secret, ...order }: Order): string =>
  JSON.stringify({
    ...order,
    cert: certificate.cert,
    key: certificate.key,
    fingerprint: certificate.fingerprint.toHex(),
    secret: secret.toHex(),
  });

/** Reads it. @throws {TypeError} if it is none. */
export function readOrder(sent: string): Order {
  const order = read(JSON.parse(sent));
  if (order instanceof Refusal) throw new TypeError(`This is no order: ${order}`);
  const { cert, key, fingerprint, secret, address, port, endsAtMs, config } = order;
  return {
    address,
    port,
    endsAtMs,
    config,
    certificate: { cert, key, fingerprint: Uint8Array.fromHex(fingerprint) },
    secret: Uint8Array.fromHex(secret),
  };
}
