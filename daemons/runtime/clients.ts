/**
 * The bounds of a process's clients: programs that are no daemons, of which nothing is known. What
 * they make this process hold has one bound for all of them together, and who has held it longest
 * gives way; what they ask is taken in fair turns; who says nothing is let go.
 *
 * @module
 */
import { clearTimer, setTimer, type Timer } from "../../metadata/timer.ts";
import { frameBytesMax } from "./frame.ts";
import { Turns } from "./turns.ts";

/** Why this side closes the link of a client. */
export type Closing =
  /** It does not end what it has begun to say, or holds too much for it. */
  | "unfinished"
  /** It does not read what it is sent. */
  | "unread"
  /** It does not say who it is, or asks nothing. */
  | "silent"
  /** Its place was needed. */
  | "crowded"
  /** What it says is no frame. */
  | "malformed";

/** The bounds. */
export interface ClientBounds {
  /** Links at once. */
  readonly linksMax: number;
  /** Bytes of frames of which the end has not come, of all clients. */
  readonly unfinishedBytesMax: number;
  /** The same of one client: before it has said who it is, and before it was answered. */
  readonly strangerBytesMax: number;
  readonly unansweredBytesMax: number;
  /** Bytes that wait to be read, of all clients. */
  readonly unreadBytesMax: number;
  /** Milliseconds within which a client says who it is, asks something, and ends a frame. */
  readonly helloMsMax: number;
  readonly askMsMax: number;
  readonly frameMsMax: number;
  /** Milliseconds between two looks at all of them. */
  readonly lookMs: number;
}

/** What holds in production. */
export const clientBounds: ClientBounds = {
  linksMax: 256,
  unfinishedBytesMax: 32 * 1024 * 1024,
  strangerBytesMax: 8 * 1024,
  unansweredBytesMax: 1024 * 1024,
  // The largest frame, and something beside it.
  unreadBytesMax: frameBytesMax + 1024 * 1024,
  helloMsMax: 5_000,
  askMsMax: 30_000,
  frameMsMax: 10_000,
  lookMs: 1_000,
};

/** A link of a client, as it is bounded. */
export interface ClientLink {
  close(why: string, closing: Closing): void;
}

/** What is known of one client. */
interface Account {
  /** Looks since it came, and since the frame began that has not ended. */
  looks: number;
  frameLooks: number;
  /** When that frame began. */
  begunAt: number;
  announced: boolean;
  asked: boolean;
  answered: boolean;
  unfinishedBytes: number;
  unreadBytes: number;
  /** When it read last, or had read everything. */
  readAt: number;
  /** When it said something last. */
  heardAt: number;
  /** Its next message waits for its turn: it may not say more. */
  waits: boolean;
}

/** See the head of the file. */
export class Clients {
  readonly bounds: ClientBounds;
  readonly #turns = new Turns<ClientLink>();
  readonly #accounts = new Map<ClientLink, Account>();
  #unfinishedBytes = 0;
  #unreadBytes = 0;
  #timer: Timer | undefined;

  constructor(bounds: ClientBounds = clientBounds) {
    this.bounds = bounds;
  }

  /** One has come. Of too many, the one that has been idle for longest gives way. */
  came(link: ClientLink): void {
    const { linksMax } = this.bounds;
    if (this.#accounts.size >= linksMax) {
      const [idlest] = [...this.#accounts].reduce((a, b) => idleness(a[1], b[1]) < 0 ? b : a);
      idlest.close(`another client needs its place; limit ${linksMax} clients`, "crowded");
    }
    const at = performance.now();
    this.#accounts.set(link, {
      looks: 0,
      frameLooks: 0,
      begunAt: at,
      announced: false,
      asked: false,
      answered: false,
      unfinishedBytes: 0,
      unreadBytes: 0,
      readAt: at,
      heardAt: at,
      waits: false,
    });
    this.#timer ??= setTimer(() => this.#look(), this.bounds.lookMs);
  }

  /** It has gone. */
  gone(link: ClientLink): void {
    const account = this.#accounts.get(link);
    if (account === undefined) return;
    this.#unfinishedBytes -= account.unfinishedBytes;
    this.#unreadBytes -= account.unreadBytes;
    this.#accounts.delete(link);
    this.#turns.gone(link);
    if (this.#accounts.size > 0) return;
    clearTimer(this.#timer);
    this.#timer = undefined;
    this.#turns.close();
  }

  /** Resolves once `take` was called, in this client's turn, or the client has gone. */
  async turn(link: ClientLink, take: () => void): Promise<void> {
    const account = this.#accounts.get(link);
    if (account === undefined) return;
    account.waits = true;
    await new Promise<void>((resolve, reject) => {
      this.#turns.take(link, () => {
        account.waits = false;
        try {
          if (this.#accounts.has(link)) take();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /** It has said who it is, or something else. */
  heard(link: ClientLink, what: "hello" | "message"): void {
    const account = this.#accounts.get(link);
    if (account === undefined) return;
    if (what === "hello") account.announced = true;
    else account.asked = true;
    account.heardAt = performance.now();
    account.frameLooks = 0;
  }

  /** It was sent a message. */
  told(link: ClientLink): void {
    const account = this.#accounts.get(link);
    if (account === undefined) return;
    account.answered = true;
    this.#turns.answered(link);
  }

  /** What it has begun to say holds so many bytes. */
  unfinished(link: ClientLink, bytes: number): void {
    const account = this.#accounts.get(link);
    if (account === undefined) return;
    const at = performance.now();
    if (account.unfinishedBytes === 0) account.begunAt = at;
    this.#unfinishedBytes += bytes - account.unfinishedBytes;
    account.unfinishedBytes = bytes;
    if (bytes === 0) return;
    const { unfinishedBytesMax, strangerBytesMax, unansweredBytesMax } = this.bounds;
    const own = !account.announced
      ? strangerBytesMax
      : account.answered
      ? Infinity
      : unansweredBytesMax;
    if (bytes > own) {
      const what = account.announced ? "was answered" : "has said who it is";
      link.close(`${bytes} bytes of a frame before it ${what}; limit ${own}`, "unfinished");
    }
    while (this.#unfinishedBytes > unfinishedBytesMax) {
      const slowest = this.#most(({ unfinishedBytes, begunAt }) =>
        unfinishedBytes * (1 + at - begunAt)
      );
      if (slowest === undefined) return;
      const why = `clients hold ${this.#unfinishedBytes} bytes of frames that do not end; ` +
        `limit ${unfinishedBytesMax}`;
      slowest.close(why, "unfinished");
    }
  }

  /** So many bytes wait to be read by it. */
  unread(link: ClientLink, bytes: number): void {
    const account = this.#accounts.get(link);
    if (account === undefined) return;
    const at = performance.now();
    if (bytes < account.unreadBytes || account.unreadBytes === 0) account.readAt = at;
    this.#unreadBytes += bytes - account.unreadBytes;
    account.unreadBytes = bytes;
    const { unreadBytesMax } = this.bounds;
    while (this.#unreadBytes > unreadBytesMax) {
      // Little that waits for long counts as much as much that has just come.
      const slowest = this.#most(({ unreadBytes, readAt }) => unreadBytes * (1 + at - readAt));
      if (slowest === undefined) return;
      const why = `${this.#unreadBytes} bytes wait to be read by clients; limit ${unreadBytesMax}`;
      slowest.close(why, "unread");
    }
  }

  /** The one of whom this is the largest, if it is more than nothing. */
  #most(measure: (account: Account) => number): ClientLink | undefined {
    let most: ClientLink | undefined;
    let size = 0;
    for (const [link, account] of this.#accounts) {
      const own = measure(account);
      if (own > size) [most, size] = [link, own];
    }
    return most;
  }

  /**
   * Looks are counted, not milliseconds: where this process did not run for a while, nobody was late
   * for that.
   */
  #look(): void {
    const { lookMs, helloMsMax, askMsMax, frameMsMax } = this.bounds;
    for (const [link, account] of [...this.#accounts]) {
      const forMs = ++account.looks * lookMs;
      if (account.unfinishedBytes === 0 || account.waits) account.frameLooks = 0;
      else account.frameLooks++;
      if (!account.announced && forMs > helloMsMax) {
        link.close(`did not say who it is within ${helloMsMax} ms`, "silent");
      } else if (!account.asked && forMs > askMsMax) {
        link.close(`asked nothing within ${askMsMax} ms`, "silent");
      } else if (account.frameLooks * lookMs > frameMsMax) {
        link.close(`did not end a frame within ${frameMsMax} ms`, "unfinished");
      }
    }
    this.#turns.forgive();
    this.#timer = this.#accounts.size === 0
      ? undefined
      : setTimer(() => this.#look(), this.bounds.lookMs);
  }
}

/** Below zero if the second one has been idle for longer. */
function idleness(a: Account, b: Account): number {
  const rank = ({ announced, asked }: Account) => asked ? 2 : announced ? 1 : 0;
  return rank(b) - rank(a) || b.heardAt - a.heardAt;
}
