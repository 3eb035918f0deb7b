/**
 * A management controller for tests: IPMI 2.0 with cipher suites 3 and 17, and 1.5 with MD5, written
 * from the standard. `ipmitool` works with it (`task interop fencing`).
 *
 * @module
 */
import { createHash, randomBytes } from "node:crypto";
import { isSame, join, padded, readU32, u32 } from "./bytes.ts";
import {
  openedMessage,
  payloads,
  plainPacket,
  plainPayload,
  rmcp,
  sealedPacket,
} from "./session_packet.ts";
import { hmac, type Keys, keysOf, type Suite, suites } from "./suite.ts";

/** How it behaves. */
const moods = [
  "good",
  "slow",
  "lies",
  "hangs",
  "refuses",
  "lossy",
  "forges",
  "replays",
  "impostor",
] as const;
export type Mood = typeof moods[number];

/** What a test and its controller share. */
const shared = { power: 0, mood: 1, suites: 2, sessions: 3, forget: 4, proofs: 5 } as const;

/** A controller in a thread of its own, whose permissions are not those of the test. */
export class TestingController implements AsyncDisposable {
  readonly port: number;
  readonly #worker: Worker;
  readonly #state: Int32Array<SharedArrayBuffer>;

  private constructor(worker: Worker, state: Int32Array<SharedArrayBuffer>, port: number) {
    this.#worker = worker;
    this.#state = state;
    this.port = port;
  }

  /** Starts one on the loopback, with one user. */
  static async start(username: string, password: string): Promise<TestingController> {
    const state = new Int32Array(new SharedArrayBuffer(4 * Object.keys(shared).length));
    const worker = new Worker(import.meta.url, {
      type: "module",
      deno: { permissions: { net: ["127.0.0.1"] } },
    });
    const port = Promise.withResolvers<number>();
    worker.onmessage = ({ data }) => port.resolve(Number(data));
    worker.onerror = ({ message }) => port.reject(new Error(message));
    worker.postMessage({ state, username, password });
    const made = new TestingController(worker, state, await port.promise);
    made.suites = ["3", "17"];
    made.power = true;
    return made;
  }

  /** Whether the machine is on. */
  get power(): boolean {
    return this.#get("power") === 1;
  }
  set power(power: boolean) {
    this.#set("power", Number(power));
  }
  set mood(mood: Mood) {
    this.#set("mood", moods.indexOf(mood));
  }
  /** Suites of IPMI 2.0 that it has. */
  set suites(has: readonly (keyof typeof suites)[]) {
    this.#set("suites", Number(has.includes("3")) + 2 * Number(has.includes("17")));
  }
  /** Sessions that are open now. */
  get sessions(): number {
    return this.#get("sessions");
  }
  /** Proofs of the password that it was sent. */
  get proofs(): number {
    return this.#get("proofs");
  }
  /** Forgets all sessions, as after a restart. */
  forget(): void {
    this.#set("forget", 1);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#worker.terminate();
    return Promise.resolve();
  }

  #get = (what: keyof typeof shared): number => Atomics.load(this.#state, shared[what]);
  #set = (what: keyof typeof shared, value: number): void =>
    void Atomics.store(this.#state, shared[what], value);
}

/** Milliseconds that a slow one takes to switch. */
const slowMs = 300;
/** A lossy one drops every packet but each third. */
const lossyEach = 3;

/** A session at the controller. */
interface Session {
  readonly suite: Suite;
  readonly theirs: number;
  readonly own: number;
  readonly random: Uint8Array;
  role: Uint8Array;
  theirRandom: Uint8Array;
  keys?: Keys;
  sequence: number;
}

const guid = new Uint8Array(16).fill(0xa1);

/** In the thread. */
async function serve(controller: Controller): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  if (socket.addr.transport === "udp") self.postMessage(socket.addr.port);
  for await (const [packet, from] of socket) {
    const answer = controller.answer(packet);
    if (answer !== undefined) await socket.send(answer, from);
  }
}

class Controller {
  readonly #state: Int32Array<SharedArrayBuffer>;
  /** Its first answer to each question by number: one that replays gives it again. */
  readonly #recorded = new Map<string, Uint8Array>();
  readonly #username: string;
  readonly #password: string;
  readonly #sessions = new Map<number, Session>();
  #challenge = new Uint8Array(16);
  #packets = 0;
  #switched: { readonly at: number; readonly to: boolean } | undefined;

  constructor(state: Int32Array<SharedArrayBuffer>, username: string, password: string) {
    this.#state = state;
    this.#username = username;
    this.#password = password;
  }

  get power(): boolean {
    return Atomics.load(this.#state, shared.power) === 1;
  }
  set power(power: boolean) {
    Atomics.store(this.#state, shared.power, Number(power));
  }
  get mood(): Mood {
    return moods[Atomics.load(this.#state, shared.mood)] ?? "good";
  }
  get suites(): readonly (keyof typeof suites)[] {
    const has = Atomics.load(this.#state, shared.suites);
    return [
      ...((has & 1) === 0 ? [] : ["3" as const]),
      ...((has & 2) === 0 ? [] : ["17" as const]),
    ];
  }

  /** The packet that answers a packet; none to what is not for it. */
  answer(packet: Uint8Array): Uint8Array | undefined {
    if (Atomics.exchange(this.#state, shared.forget, 0) === 1) this.#sessions.clear();
    try {
      return this.#answer(packet);
    } finally {
      // A request that was sent again opens another one, which nobody uses: it has no keys.
      const open = [...this.#sessions.values()].filter(({ keys }) => keys !== undefined);
      Atomics.store(this.#state, shared.sessions, open.length);
    }
  }

  #answer(packet: Uint8Array): Uint8Array | undefined {
    if (this.mood === "hangs") return undefined;
    if (this.mood === "lossy" && ++this.#packets % lossyEach !== 0) return undefined;
    try {
      return packet[4] === 0x06 ? this.#plus(packet) : this.#lan15(packet);
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  #plus(packet: Uint8Array): Uint8Array | undefined {
    const open = plainPayload(packet, payloads.openRequest);
    if (open !== undefined) return plainPacket(payloads.openAnswer, this.#open(open));
    const rakp1 = plainPayload(packet, payloads.rakp1);
    if (rakp1 !== undefined) return plainPacket(payloads.rakp2, this.#rakp2(rakp1));
    const rakp3 = plainPayload(packet, payloads.rakp3);
    if (rakp3 !== undefined) return plainPacket(payloads.rakp4, this.#rakp4(rakp3));
    const session = this.#sessions.get(readU32(packet, 6));
    if (session?.keys === undefined) return undefined;
    const { suite, keys, own, theirs } = session;
    const opened = openedMessage({ suite, keys, id: own }, packet);
    if (opened === undefined) return undefined;
    const question = `${own} ${opened.message.slice(1, 6)}`;
    if (this.mood === "replays") return this.#recorded.get(question);
    const answer = this.#command(opened.message, own);
    const sealed = sealedPacket({ suite, keys, id: theirs }, ++session.sequence, answer);
    if (this.mood === "forges") sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    if (!this.#recorded.has(question)) this.#recorded.set(question, sealed);
    return sealed;
  }

  #open(request: Uint8Array): Uint8Array {
    const [tag = 0] = request;
    const theirs = readU32(request, 4);
    const suite = this.suites.map((name) => suites[name]).find((one) =>
      one.authentication === request[12] && one.integrity === request[20] &&
      one.confidentiality === request[28]
    );
    if (suite === undefined) return join([tag, 0x11, 0, 0], u32(theirs));
    const own = randomBytes(4).readUInt32LE();
    const nothing = new Uint8Array(0);
    const random = new Uint8Array(randomBytes(16));
    const session = { suite, theirs, own, random, role: nothing, theirRandom: nothing };
    this.#sessions.set(own, { ...session, sequence: 0 });
    return join([tag, 0, request[1] ?? 0, 0], u32(theirs), u32(own), request.subarray(8, 32));
  }

  #rakp2(request: Uint8Array): Uint8Array {
    const [tag = 0] = request;
    const session = this.#sessions.get(readU32(request, 4));
    if (session === undefined) return join([tag, 0x02, 0, 0], u32(0));
    const { suite, theirs, own, random } = session;
    const length = request[27] ?? 0;
    const name = request.slice(28, 28 + length);
    if (new TextDecoder().decode(name) !== this.#username) {
      return join([tag, 0x0d, 0, 0], u32(theirs));
    }
    session.theirRandom = request.slice(8, 24);
    session.role = join([request[24] ?? 0, length], name);
    const parts = [u32(theirs), u32(own), session.theirRandom, random, guid, session.role];
    const key = this.mood === "impostor" ? u32(0) : this.#key();
    return join([tag, 0, 0, 0], u32(theirs), random, guid, hmac(suite, key, ...parts));
  }

  #rakp4(request: Uint8Array): Uint8Array {
    const [tag = 0] = request;
    const session = this.#sessions.get(readU32(request, 4));
    if (session === undefined) return join([tag, 0x02, 0, 0], u32(0));
    Atomics.add(this.#state, shared.proofs, 1);
    const { suite, theirs, own, random, role, theirRandom } = session;
    const proof = hmac(suite, this.#key(), random, u32(theirs), role);
    if (!isSame(request.slice(8), proof)) return join([tag, 0x0f, 0, 0], u32(theirs));
    const sessionKey = hmac(suite, this.#key(), theirRandom, random, role);
    session.keys = keysOf(suite, sessionKey);
    const check = hmac(suite, sessionKey, theirRandom, u32(own), guid);
    return join([tag, 0, 0, 0], u32(theirs), check.subarray(0, suite.checkBytes));
  }

  #key = (): Uint8Array => new TextEncoder().encode(this.#password);

  #lan15(packet: Uint8Array): Uint8Array | undefined {
    const signed = packet[4] === 0x02;
    const at = signed ? 29 : 13;
    const message = packet.slice(at + 1, at + 1 + (packet[at] ?? 0));
    const [id, sequence] = [readU32(packet, 9), readU32(packet, 5)];
    if (!signed) return this.#wrap15(this.#command(message, 0), 0, undefined);
    if (!isSame(packet.slice(13, 29), this.#md5(id, sequence, message))) return undefined;
    return this.#wrap15(this.#command(message, id), sequence, id);
  }

  #md5(id: number, sequence: number, message: Uint8Array): Uint8Array {
    const key = padded(this.#password, 16);
    const signed = join(key, u32(id), message, u32(sequence), key);
    return new Uint8Array(createHash("md5").update(signed).digest());
  }

  #wrap15(message: Uint8Array, sequence: number, id: number | undefined): Uint8Array {
    if (id === undefined) return join(rmcp, [0], u32(0), u32(0), [message.length], message);
    const code = this.#md5(id, sequence, message);
    return join(rmcp, [2], u32(sequence), u32(id), code, [message.length], message);
  }

  #command(message: Uint8Array, session: number): Uint8Array {
    const [to = 0, function_ = 0, , from = 0, number = 0, code = 0] = message;
    const said = this.#carryOut(function_ >> 2, code, message.slice(6, -1), session);
    const head = [from, (function_ >> 2 | 1) << 2];
    const body = [to, number, code, ...said];
    const sum = (bytes: readonly number[]) => -bytes.reduce((all, one) => all + one, 0) & 0xff;
    return join(head, [sum(head)], body, [sum(body)]);
  }

  /** The completion code and the data. */
  #carryOut(
    function_: number,
    code: number,
    data: Uint8Array,
    session: number,
  ): readonly number[] {
    switch (function_ << 8 | code) {
      case 0x0638: // Get Channel Authentication Capabilities
        return [0, 1, 0x80 | 0x04, 0x04, 0x03, 0, 0, 0, 0];
      case 0x0639: // Get Session Challenge
        this.#challenge = new Uint8Array(randomBytes(16));
        return [0, ...u32(77), ...this.#challenge];
      case 0x063a: // Activate Session
        return isSame(data.slice(2, 18), this.#challenge)
          ? [0, 2, ...u32(77), ...u32(5), data[1] ?? 4]
          : [0x85];
      case 0x063b: // Set Session Privilege Level
        return [0, data[0] ?? 4];
      case 0x063c: // Close Session
        this.#sessions.delete(session);
        return [0];
      case 0x0001: // Get Chassis Status
        this.#settle();
        return [0, this.power ? 0x21 : 0x20, 0, 0];
      case 0x0002: // Chassis Control
        return this.#control(data[0] ?? 0xff);
      default:
        return [0xc1];
    }
  }

  #control(order: number): readonly number[] {
    if (this.mood === "refuses") return [0xd4];
    if (order === 0 && !this.power) return [0xd5];
    if (this.mood === "lies") return [0];
    const to = order === 1;
    if (this.mood === "slow") this.#switched = { at: performance.now() + slowMs, to };
    else this.power = to;
    return [0];
  }

  #settle(): void {
    if (this.#switched === undefined || performance.now() < this.#switched.at) return;
    this.power = this.#switched.to;
    this.#switched = undefined;
  }
}

declare const self: { postMessage(message: unknown): void };

if (Reflect.has(globalThis, "WorkerGlobalScope")) {
  addEventListener("message", (event) => {
    const { state, username, password } = (event as MessageEvent).data;
    void serve(new Controller(state, username, password));
  });
}
