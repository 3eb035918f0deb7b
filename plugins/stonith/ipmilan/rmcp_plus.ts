/**
 * A session of IPMI 2.0: opened with RAKP, which shows each side that the other one knows the
 * password, then encrypted (IPMI 2.0, 13.17 to 13.24).
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { withCode } from "../../../metadata/code.ts";
import { isSame, join, readU32, u32 } from "./bytes.ts";
import type { Channel } from "./channel.ts";
import { type Answer, answerIn, app, type Command, commandBytes } from "./message.ts";
import {
  openedMessage,
  payloads,
  plainPacket,
  plainPayload,
  sealedPacket,
} from "./session_packet.ts";
import { hmac, type Keys, keysOf, type Suite } from "./suite.ts";

/** Who logs in, and as what. */
export interface Login {
  readonly username: string;
  readonly password: string;
  /** 3: operator; 4: administrator. */
  readonly privilege: number;
}

/** An open session, of whatever version. */
export interface Session {
  /** @throws {Error} if no answer comes in time. */
  ask(command: Command, timeoutMs: number): Promise<Answer>;
  /** Tells the controller that it is over. */
  close(): Promise<void>;
}

/** Status codes of RAKP in words (IPMI 2.0, 13.24). */
const refusals: Readonly<Record<number, string>> = {
  0x01: "the controller has no room for another session",
  0x02: "the controller does not know the session",
  0x04: "the controller does not have this cipher suite",
  0x05: "the controller does not have this cipher suite",
  0x09: "the controller does not know the role",
  0x0a: "the privilege is not allowed for this user",
  0x0b: "the controller has no room for another session of this privilege",
  0x0d: "the controller does not know the user",
  0x0f: "the password is wrong",
  0x10: "the controller does not have this cipher suite",
  0x11: "the controller does not have this cipher suite",
};
/** Those that another suite would answer otherwise. */
const ofSuite: ReadonlySet<number> = new Set([0x04, 0x05, 0x10, 0x11]);

function mustBeWell(status = 0): void {
  if (status === 0) return;
  const what = refusals[status] ?? "the controller refuses the session";
  const said = `${what} (0x${status.toString(16).padStart(2, "0")})`;
  const fix = "set cipher to 3, if the controller has nothing better";
  throw new Error(ofSuite.has(status) ? withCode("HA8004", `${said}. Fix: ${fix}`) : said);
}

/** By name alone: the privilege does not choose between users of one name. */
const byName = 0x10;
const randomLength = 16;

/** Opens a session. @throws {Error} with the controller's reason. */
export async function openPlus(
  channel: Channel,
  suite: Suite,
  login: Login,
  timeoutMs: number,
): Promise<Session> {
  const until = performance.now() + timeoutMs;
  const exchange = <T>(
    [sent, got]: readonly [number, number],
    payload: Uint8Array,
    read: (payload: Uint8Array) => T | undefined,
  ) =>
    channel.ask(
      () => plainPacket(sent, payload),
      (packet) => {
        const answer = plainPayload(packet, got);
        return answer === undefined ? undefined : read(answer);
      },
      until - performance.now(),
    );
  const ownId = randomBytes(4).readUInt32LE() | 1;
  const opened = await exchange(
    [payloads.openRequest, payloads.openAnswer],
    openRequest(suite, login.privilege, ownId >>> 0),
    (answer) => {
      mustBeWell(answer[1]);
      if (readU32(answer, 4) !== ownId >>> 0) return undefined;
      return { id: readU32(answer, 8), chosen: [answer[16], answer[24], answer[32]] };
    },
  );
  const { authentication, integrity, confidentiality } = suite;
  if (`${opened.chosen}` !== `${[authentication, integrity, confidentiality]}`) {
    throw new Error(`the controller offers another cipher suite than ${suite.number}`);
  }
  const ids = { own: u32(ownId >>> 0), theirs: u32(opened.id) };
  const keys = await prove(exchange, suite, login, ids);
  return sessionOf(channel, suite, keys, { own: ownId >>> 0, theirs: opened.id });
}

function openRequest(suite: Suite, privilege: number, ownId: number): Uint8Array {
  const algorithm = (kind: number, number: number) => [kind, 0, 0, 8, number, 0, 0, 0];
  return join(
    [0, privilege, 0, 0],
    u32(ownId),
    algorithm(0, suite.authentication),
    algorithm(1, suite.integrity),
    algorithm(2, suite.confidentiality),
  );
}

type Exchange = <T>(
  types: readonly [number, number],
  payload: Uint8Array,
  read: (payload: Uint8Array) => T | undefined,
) => Promise<T>;

/** Ids of the session, as they stand in packets. */
interface Ids {
  readonly own: Uint8Array;
  readonly theirs: Uint8Array;
}

/** Both sides show that they know the password. @throws {Error} if the controller does not. */
async function prove(
  exchange: Exchange,
  suite: Suite,
  { username, password, privilege }: Login,
  ids: Ids,
): Promise<Keys> {
  const key = new TextEncoder().encode(password);
  const name = new TextEncoder().encode(username);
  const role = new Uint8Array([privilege | byName, name.length, ...name]);
  const ownRandom = new Uint8Array(randomBytes(randomLength));
  const rakp1 = join(
    [0, 0, 0, 0],
    ids.theirs,
    ownRandom,
    [privilege | byName, 0, 0, name.length],
    name,
  );
  const { theirRandom, guid } = await exchange(
    [payloads.rakp1, payloads.rakp2],
    rakp1,
    (answer) => {
      mustBeWell(answer[1]);
      if (!isSame(answer.slice(4, 8), ids.own)) return undefined;
      const [theirRandom, guid] = [answer.slice(8, 24), answer.slice(24, 40)];
      const parts = [ids.own, ids.theirs, ownRandom, theirRandom, guid, role];
      if (!isSame(answer.slice(40), hmac(suite, key, ...parts))) {
        throw new Error("the password is wrong, or this is another controller");
      }
      return { theirRandom, guid };
    },
  );
  const sessionKey = hmac(suite, key, ownRandom, theirRandom, role);
  const proof = hmac(suite, key, theirRandom, ids.own, role);
  await exchange(
    [payloads.rakp3, payloads.rakp4],
    join([0, 0, 0, 0], ids.theirs, proof),
    (answer) => {
      mustBeWell(answer[1]);
      if (!isSame(answer.slice(4, 8), ids.own)) return undefined;
      const check = hmac(suite, sessionKey, ownRandom, ids.theirs, guid);
      if (isSame(answer.slice(8), check.slice(0, suite.checkBytes))) return true;
      throw new Error("the controller does not know the key of the session");
    },
  );
  return keysOf(suite, sessionKey);
}

function sessionOf(
  channel: Channel,
  suite: Suite,
  keys: Keys,
  ids: { readonly own: number; readonly theirs: number },
): Session {
  let sequence = 0;
  let number = 0;
  let lastHeard = 0;
  const seal = (message: Uint8Array) =>
    sealedPacket({ suite, keys, id: ids.theirs }, ++sequence, message);
  return {
    async ask(command, timeoutMs) {
      const mine = number = (number + 1) % 64;
      const bytes = commandBytes(command, mine);
      return await channel.ask(
        () => seal(bytes),
        (packet) => {
          const opened = openedMessage({ suite, keys, id: ids.own }, packet);
          // A packet that was recorded earlier has an old number.
          if (opened === undefined || opened.sequence <= lastHeard) return undefined;
          lastHeard = opened.sequence;
          return answerIn(opened.message, command, mine);
        },
        timeoutMs,
      );
    },
    async close() {
      const command = { netFn: app, code: 0x3c, data: u32(ids.theirs) };
      await channel.tell(seal(commandBytes(command, 0)));
    },
  };
}
