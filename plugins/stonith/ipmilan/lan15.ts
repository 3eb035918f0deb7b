/**
 * A session of IPMI 1.5 with MD5: each packet shows that its sender knows the password. Nothing is
 * encrypted, and SHA is not known (IPMI 2.0, 13.6 and 22.13 to 22.18).
 *
 * @module
 */
import { createHash, randomBytes } from "node:crypto";
import { isSame, join, padded, readU32, u32 } from "./bytes.ts";
import type { Channel } from "./channel.ts";
import {
  type Answer,
  answerIn,
  app,
  type Command,
  commandBytes,
  completionText,
} from "./message.ts";
import type { Login, Session } from "./rmcp_plus.ts";
import { rmcp } from "./session_packet.ts";

const [none, md5] = [0x00, 0x02];

/** What signs packets. */
interface Signing {
  readonly password: Uint8Array;
  readonly id: number;
}

function signature({ password, id }: Signing, sequence: number, message: Uint8Array): Uint8Array {
  return new Uint8Array(
    createHash("md5").update(join(password, u32(id), message, u32(sequence), password)).digest(),
  );
}

/** A packet; without `signing` before the session has begun. */
function packet15(message: Uint8Array, sequence: number, signing?: Signing): Uint8Array {
  if (signing === undefined) {
    return join(rmcp, [none], u32(0), u32(0), [message.length], message);
  }
  const code = signature(signing, sequence, message);
  return join(rmcp, [md5], u32(sequence), u32(signing.id), code, [message.length], message);
}

/** The message in a packet; undefined if it is not of this session, or forged. */
function message15(packet: Uint8Array, signing?: Signing): Uint8Array | undefined {
  if (packet[0] !== rmcp[0] || packet[3] !== rmcp[3]) return undefined;
  const at = signing === undefined ? 13 : 29;
  if (packet[4] !== (signing === undefined ? none : md5)) return undefined;
  const message = packet.slice(at + 1, at + 1 + (packet[at] ?? 0));
  if (signing === undefined) return message;
  const isOurs = readU32(packet, 9) === signing.id &&
    isSame(packet.slice(13, 29), signature(signing, readU32(packet, 5), message));
  return isOurs ? message : undefined;
}

/** Opens a session. @throws {Error} with the controller's reason. */
export async function open15(
  channel: Channel,
  { username, password, privilege }: Login,
  timeoutMs: number,
): Promise<Session> {
  const until = performance.now() + timeoutMs;
  const secret = padded(password, 16);
  let number = 0;
  let sequence = 0;
  const ask = async (command: Command, ms: number, signing?: Signing): Promise<Answer> => {
    const mine = number = (number + 1) % 64;
    const bytes = commandBytes(command, mine);
    return await channel.ask(
      () => packet15(bytes, signing === undefined || sequence === 0 ? 0 : sequence++, signing),
      (packet) => {
        const message = message15(packet, signing);
        return message === undefined ? undefined : answerIn(message, command, mine);
      },
      ms,
    );
  };
  const must = async (what: string, command: Command, signing?: Signing): Promise<Uint8Array> => {
    const { completion, data } = await ask(command, until - performance.now(), signing);
    if (completion === 0) return data;
    throw new Error(`${what}: ${completionText(completion)}`);
  };
  const challenge = await must("the controller knows no such user with MD5", {
    netFn: app,
    code: 0x39,
    data: join([md5], padded(username, 16)),
  });
  const before = { password: secret, id: readU32(challenge, 0) };
  const first = randomBytes(4);
  const activated = await must("the password is wrong, or the privilege not allowed", {
    netFn: app,
    code: 0x3a,
    data: join([md5, privilege], challenge.slice(4, 20), first),
  }, before).catch((error) => {
    // A controller drops what is signed with another password.
    const isSilent = error instanceof Error && /does not answer/.test(error.message);
    throw isSilent ? new Error("the password is wrong: the controller does not answer it") : error;
  });
  const signing = { password: secret, id: readU32(activated, 1) };
  sequence = Math.max(1, readU32(activated, 5));
  return {
    ask: (command, ms) => ask(command, ms, signing),
    async close() {
      const command = { netFn: app, code: 0x3c, data: u32(signing.id) };
      await channel.tell(packet15(commandBytes(command, 0), sequence++, signing));
    },
  };
}
