/**
 * The node's side of a join: takes calls, and speaks with each of them.
 *
 * @module
 */
import { withCode } from "../../../../metadata/code.ts";
import { messageOf } from "../../../../metadata/message_of.ts";
import { clearTimer, pause, setTimer } from "../../../../metadata/timer.ts";
import { Refusal } from "../../../runtime/reader.ts";
import type { Certificate } from "./certificate.ts";
import type { Facts, Objection } from "./check_ask.ts";
import {
  type Ask,
  bounds,
  type Granted,
  joinVersion,
  type RefusalKind,
  type Said,
} from "./contract.ts";
import { arrive, bind, closedFor, count, type Gate, leave, use } from "./gate.ts";
import { close, Lines, TooLong } from "./lines.ts";
import { type Channel, isProved, newNonce, proofOf } from "./proof.ts";
import { reasonOf } from "./reason.ts";
import { isOf, readAsk, readSaid } from "./said.ts";

/** Milliseconds of rest after a call could not be taken. */
const acceptPauseMs = 100;

/** What the conversations need of the world. */
export interface World {
  readonly certificate: Certificate;
  readonly secret: Uint8Array;
  readonly gate: Gate;
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** The cluster now. */
  facts(): Promise<Facts>;
  /** All reasons against a machine. */
  objections(ask: Ask, facts: Facts): readonly Objection[];
  /** What it gets. */
  handOut(ask: Ask, facts: Facts): Promise<Granted>;
  /** Takes it into the cluster's list. @returns why not. */
  add(name: string): Promise<string | undefined>;
}

/** A conversation ends here, with the reason. */
class Refused extends Error {
  readonly kind: RefusalKind;
  constructor(kind: RefusalKind, reason: string) {
    super(reason);
    this.kind = kind;
  }
}

const another = "open one for each machine with ha cluster token";

/** What a person reads of a token that is not open. */
const closedText: Readonly<Record<string, string>> = {
  used: reasonOf("the token was used", another),
  void: reasonOf("the token is void after too many wrong secrets", another),
  expired: reasonOf("the token is too old", another),
  "too many calls": reasonOf("too many calls at once", "try again in a minute"),
  "bound to another": reasonOf("another machine uses this token", another),
};

/** Takes calls until the listener is closed. */
export async function serve(listener: Deno.TlsListener, world: World): Promise<void> {
  const open = new Set<Promise<void>>();
  while (true) {
    let conn: Deno.TlsConn;
    try {
      conn = await listener.accept();
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
        break;
      }
      await pause(acceptPauseMs); // no descriptor is free, or such
      continue;
    }
    const from = (conn.remoteAddr as Deno.NetAddr).hostname;
    const refused = arrive(world.gate, from);
    if (refused !== undefined) {
      count(world.gate, refused, from, "closed at once");
      close(conn);
      continue;
    }
    const call = taken(conn, from, world).finally(() => {
      leave(world.gate, from);
      open.delete(call);
    });
    open.add(call);
  }
  await Promise.all(open);
}

/** One call, from its first byte to its last. It never throws. */
async function taken(conn: Deno.TlsConn, from: string, world: World): Promise<void> {
  let isLate = false;
  const late = () => {
    isLate = true;
    close(conn);
  };
  let timer = setTimer(late, bounds.unprovedMs);
  const end = setTimer(late, bounds.callMs);
  const proved = () => {
    clearTimer(timer);
    timer = setTimer(late, bounds.callMs);
  };
  try {
    await conversation(conn, from, world, proved);
  } catch (error) {
    const found = kindOf(error, isLate);
    if (found === undefined) return; // it has gone, as one that only wanted the certificate
    count(world.gate, found.kind, from, found.reason);
    if (error instanceof Refused) {
      await new Lines(conn).send({ type: "refused", reason: found.reason }).catch(() => {});
    }
  } finally {
    clearTimer(timer);
    clearTimer(end);
    close(conn);
  }
}

function kindOf(
  error: unknown,
  isLate: boolean,
): { readonly kind: RefusalKind; readonly reason: string } | undefined {
  if (error instanceof Refused) return { kind: error.kind, reason: error.message };
  if (isLate) return { kind: "too slow", reason: "it did not speak in time" };
  if (error instanceof TooLong) return { kind: "malformed", reason: error.message };
  return undefined;
}

async function conversation(
  conn: Deno.TlsConn,
  from: string,
  world: World,
  proved: () => void,
): Promise<void> {
  const { gate, secret, certificate: { fingerprint } } = world;
  await conn.handshake().catch((error) => {
    throw new Refused("no TLS", messageOf(error));
  });
  const lines = new Lines(conn);
  const hello = newNonce();
  await lines.send({ type: "hello", version: joinVersion, nonce: hello });
  const said = await heard(lines, "ask");
  if (said === undefined) return; // it wanted the certificate alone
  // First: no right secret helps when others have tried too often.
  refuse(closedFor(gate, world.nowMs()));
  const channel: Channel = { secret, fingerprint, hello, ask: said.nonce };
  if (!isProved(channel, "ask", said.body, said.proof)) throw wrongProof(world);
  proved();
  if (said.version !== joinVersion) throw new Refused("version", otherVersion(said.version));
  const ask = readAsk(said.body);
  if (ask instanceof Refusal) throw new Refused("malformed", malformed(ask));
  const facts = await clusterFacts(world);
  const against = world.objections(ask, facts);
  const [first] = against;
  if (first !== undefined) {
    throw new Refused(first.kind, against.map(({ reason }) => reason).join("; "));
  }
  const handedOut = JSON.stringify(await world.handOut(ask, facts));
  refuse(bind(gate, ask.name, from, world.nowMs()));
  await lines.send({
    type: "granted",
    body: handedOut,
    proof: proofOf(channel, "granted", handedOut),
  });
  const staged = await heard(lines, "staged");
  if (staged === undefined) return; // it may try again, from the same address
  if (!isProved(channel, "staged", ask.name, staged.proof)) throw wrongProof(world);
  await admit(world, ask.name, from);
  await lines.send({ type: "added", proof: proofOf(channel, "added", ask.name) });
}

/** The name gets into the cluster's list, once. */
async function admit(world: World, name: string, from: string): Promise<void> {
  // Used before it is added: two calls of the same machine may both be here.
  refuse(use(world.gate, name, from, world.nowMs()));
  const why = await world.add(name).catch((error) => messageOf(error));
  if (why === undefined) return;
  world.gate.usedBy = undefined;
  throw new Refused("cluster not ready", withCode("HA0014", `${name} was not added: ${why}`));
}

/** The next message, which must be of this type; undefined: the caller has gone. */
async function heard<T extends Said["type"]>(
  lines: Lines,
  type: T,
): Promise<Extract<Said, { type: T }> | undefined> {
  const line = await lines.next(bounds.askBytesMax);
  if (line === undefined) return undefined;
  const said = readSaid(line);
  if (said instanceof Refusal) throw new Refused("malformed", malformed(said));
  if (isOf(said, type)) return said;
  throw new Refused(
    "malformed",
    reasonOf(`"${said.type}" in the place of "${type}"`, "use ha cluster join"),
  );
}

/** It counts at once: the next call may be looked at before this one has ended. */
function wrongProof({ gate }: World): Refused {
  gate.wrongProofs++;
  return new Refused(
    "wrong proof",
    reasonOf("the secret is not that of the token", "copy the token again"),
  );
}

function refuse(kind: RefusalKind | undefined): void {
  if (kind !== undefined) throw new Refused(kind, closedText[kind] ?? kind);
}

const malformed = (refusal: Refusal): string =>
  reasonOf(`it cannot be read: ${refusal}`, "use ha cluster join of the same version");

const otherVersion = (version: number): string =>
  reasonOf(
    `it joins by version ${version}, and this node by ${joinVersion}`,
    "install the version that the cluster has",
  );

async function clusterFacts(world: World): Promise<Facts> {
  try {
    return await world.facts();
  } catch (error) {
    const what = `the node does not answer: ${messageOf(error)}`;
    throw new Refused("cluster not ready", reasonOf(what, "see ha status there, and try again"));
  }
}
