/**
 * The joining machine's side of a join.
 *
 * The certificate is fetched first, over a connection on which nothing else is sent: only if its
 * fingerprint is the token's, a second connection is opened that accepts this certificate alone. Deno
 * checks there that the other side has the key of the certificate, which it does not where it is
 * asked to accept any certificate.
 *
 * @module
 */
import tls from "node:tls";
import { withCode } from "../../../../metadata/code.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import { clearTimer, setTimer } from "../../../../metadata/timer.ts";
import { Refusal } from "../../../runtime/reader.ts";
import { certificateName, certificatePem, fingerprintOf } from "./certificate.ts";
import { type Ask, bounds, type Granted, joinVersion, type Said } from "./contract.ts";
import { close, Lines } from "./lines.ts";
import { type Channel, isProved, newNonce, proofOf } from "./proof.ts";
import { reasonOf } from "./reason.ts";
import { isOf, readGranted, readSaid } from "./said.ts";
import type { Token } from "./token.ts";

/** Milliseconds to reach the node. */
const reachMs = 10_000;

/** Why this machine does not join; the message has its code and fix. */
export class NotJoined extends Error {
  /** Where it comes from: the network, a wrong node, or what the node said. */
  readonly because: "unreached" | "impostor" | "refused";
  constructor(because: NotJoined["because"], message: string) {
    super(message);
    this.because = because;
  }
}

/** What is done here with what the node gives. */
export interface Joining {
  /** Checks it and writes it to the disk, where it is no node yet. @throws if it cannot be used. */
  stage(granted: Granted): Promise<void>;
  /** The name is in the cluster's list: makes the node. */
  commit(): Promise<void>;
}

/** Joins. @throws {NotJoined} */
export async function join(token: Token, ask: Ask, joining: Joining): Promise<void> {
  const certificate = await presented(token);
  const { fingerprint } = token;
  if (!sameBytes(fingerprintOf(certificate), fingerprint)) {
    throw impostor("it has another certificate");
  }
  const conn = await secured(token, certificatePem(certificate));
  const late = setTimer(() => close(conn), bounds.callMs);
  try {
    await conversation(new Lines(conn), token, ask, joining);
  } finally {
    clearTimer(late);
    close(conn);
  }
}

async function conversation(
  lines: Lines,
  { secret, fingerprint }: Token,
  ask: Ask,
  { stage, commit }: Joining,
): Promise<void> {
  const hello = await heard(lines, "hello");
  if (hello.version !== joinVersion) {
    const versions = `it joins by version ${hello.version}, and this machine by ${joinVersion}`;
    throw refused(reasonOf(versions, "install the version that the cluster has"));
  }
  const nonce = newNonce();
  const channel: Channel = { secret, fingerprint, hello: hello.nonce, ask: nonce };
  const body = JSON.stringify(ask);
  const proof = proofOf(channel, "ask", body);
  await sent(lines, { type: "ask", version: joinVersion, nonce, body, proof });
  const granted = await heard(lines, "granted");
  if (!isProved(channel, "granted", granted.body, granted.proof)) {
    throw impostor("it does not know the secret");
  }
  const read = readGranted(granted.body);
  if (read instanceof Refusal) throw refused(`its answer cannot be read: ${read}`);
  await stage(read);
  await sent(lines, { type: "staged", proof: proofOf(channel, "staged", ask.name) });
  const added = await heard(lines, "added");
  if (!isProved(channel, "added", ask.name, added.proof)) {
    throw impostor("it does not know the secret");
  }
  await commit();
}

/** The certificate that is presented, in DER. */
function presented({ address, port }: Token): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      host: address,
      port,
      servername: certificateName,
      minVersion: "TLSv1.3",
      rejectUnauthorized: false, // its fingerprint is compared, and nothing is sent
    });
    const late = setTimer(() => failed(new Error(`no answer in ${reachMs / 1_000} s`)), reachMs);
    const failed = (error: unknown) => {
      clearTimer(late);
      socket.destroy();
      reject(unreached(address, port, error));
    };
    socket.once("error", failed);
    socket.once("secureConnect", () => {
      clearTimer(late);
      const raw = socket.getPeerCertificate().raw;
      socket.once("close", () => resolve(new Uint8Array(raw)));
      socket.destroy();
    });
  });
}

/** A connection to who has the key of this certificate. */
async function secured({ address, port }: Token, certificate: string): Promise<Deno.TlsConn> {
  let plain: Deno.TcpConn;
  try {
    plain = await Deno.connect({ hostname: address, port });
  } catch (error) {
    throw unreached(address, port, error);
  }
  const conn = await Deno.startTls(plain, { hostname: certificateName, caCerts: [certificate] });
  const late = setTimer(() => close(conn), reachMs);
  try {
    await conn.handshake();
    return conn;
  } catch (error) {
    close(conn);
    throw impostor(messageOf(error));
  } finally {
    clearTimer(late);
  }
}

async function heard<T extends Said["type"]>(
  lines: Lines,
  type: T,
): Promise<Extract<Said, { type: T }>> {
  let line: string | undefined;
  try {
    line = await lines.next(2 * bounds.answerBytesMax);
  } catch (error) {
    throw brokenOff(messageOf(error));
  }
  if (line === undefined) throw brokenOff("the node closed the connection");
  const said = readSaid(line);
  if (said instanceof Refusal) throw refused(`its answer cannot be read: ${said}`);
  if (said.type === "refused") throw refused(said.reason);
  if (isOf(said, type)) return said;
  throw refused(`its answer is "${said.type}" in the place of "${type}"`);
}

async function sent(lines: Lines, said: Said): Promise<void> {
  try {
    await lines.send(said);
  } catch (error) {
    throw brokenOff(messageOf(error));
  }
}

const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);

const unreached = (address: string, port: number, error: unknown): NotJoined =>
  new NotJoined(
    "unreached",
    withCode(
      "HA0042",
      `Nobody takes this token at ${address} port ${port} (TCP): ${messageOf(error)}. ` +
        "Fix: open another one with ha cluster token, and see whether a firewall is between the machines",
    ),
  );

const brokenOff = (why: string): NotJoined =>
  new NotJoined(
    "unreached",
    withCode("HA0042", `The join was broken off: ${why}. Fix: try again with the same token`),
  );

const impostor = (why: string): NotJoined =>
  new NotJoined(
    "impostor",
    withCode(
      "HA0044",
      `What answers is not the node of the token: ${why}. ` +
        "Fix: see whether the address of the token is right, and open another one on that node",
    ),
  );

const refused = (reason: string): NotJoined =>
  new NotJoined("refused", withCode("HA0043", `The node refuses this machine: ${reason}`));
