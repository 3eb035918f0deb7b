/**
 * A local client in the small world of tests: its frames go straight into the machine.
 *
 * @module
 */
import type { WireMessage } from "../../../plugins/handler/encoding/contract.ts";
import { string, stringOf } from "../fields.ts";
import { plainCodecs } from "./plain_codecs.ts";
import type { SmallWorld } from "./small_world.ts";
import { socketInstance } from "../clients/send.ts";
import type { SocketEvent } from "../clients/sessions.ts";
import type { Credentials } from "../clients/state.ts";

const { encoding } = plainCodecs("key");

/** One connection to a node of the small world. */
export class SmallClient {
  readonly connection: number;
  #seen = 0;

  constructor(
    readonly world: SmallWorld,
    readonly node: string,
    readonly id: string,
    credentials?: Credentials,
  ) {
    this.connection = ++world.connections;
    this.#seen = world.node(node).calls.length;
    this.give({
      type: "opened",
      connection: this.connection,
      ...(credentials === undefined ? {} : { credentials }),
    });
  }

  give(event: SocketEvent): void {
    const { now: at } = this.world;
    this.world.give(this.world.node(this.node), {
      type: "emit",
      at,
      instance: socketInstance,
      event,
    });
  }

  /** Sends any message. */
  say(fields: Readonly<Record<string, string>>): void {
    const message = Object.entries(fields).map(([name, value]) => string(name, value));
    this.give({
      type: "frame",
      connection: this.connection,
      bytes: encoding.encode(message),
    });
  }

  /** Asks, and gives everything that came since the last look. */
  ask(reqtype: string, more: Readonly<Record<string, string>> = {}): string[] {
    this.say({
      t: "hbapi-req",
      reqtype,
      dest: this.node,
      pid: "57",
      from_id: this.id,
      ...(reqtype === "signon" ? { uid: "0", gid: "0" } : {}),
      ...more,
    });
    return this.heard();
  }

  /** What came since the last look, without what a sender adds and what is the same in all answers. */
  heard(): string[] {
    return this.messages().map((message) =>
      message.filter(({ name }) => !hidden.has(name))
        .map(({ name }) => `${name}=${stringOf(message, name)}`).join(" ")
    );
  }

  /** The messages themselves. */
  messages(): WireMessage[] {
    const { calls } = this.world.node(this.node);
    const since = calls.slice(this.#seen);
    this.#seen = calls.length;
    return since.flatMap(([method, connection, bytes]) => {
      if (connection !== this.connection || method !== "send") return [];
      // The closing NUL of classic framing.
      const decoded = bytes instanceof Uint8Array && encoding.decode(bytes.subarray(0, -1));
      return decoded && decoded.ok ? [decoded.message] : [];
    });
  }

  /** Calls of the socket other than `send` and `taken`, since the world began. */
  get calls(): string[] {
    return this.world.node(this.node).calls
      .filter(([method]) => method !== "send" && method !== "taken")
      .filter(([, connection]) => connection === this.connection)
      .map(([method, , ...more]) => [method, ...more].join(" "));
  }
}

const hidden = new Set("reqtype srcuuid destuuid seq hg ts ld ttl".split(" "));
