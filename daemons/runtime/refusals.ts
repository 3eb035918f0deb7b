/**
 * Messages that were not taken: counted by their sender, with one line for the log now and then.
 * Senders are remembered up to a bound, so that nobody fills the memory by inventing names.
 *
 * @module
 */
import type { Closing } from "./clients.ts";
import type { Effect } from "./machine.ts";
import type { Json, Message } from "./messages.ts";
import { depthMax, piecedValuesMax } from "./protocol.ts";
import type { RefusalKind } from "./refusal_kind.ts";
import { type Reader, Refusal } from "./reader.ts";
import { textTooLarge } from "./unread.ts";

/** A message that was not taken. */
export interface Refused {
  readonly kind: RefusalKind;
  /** As far as it can be read. */
  readonly type: string;
  readonly why: string;
}

/** Senders that are counted one by one at most; the rest is counted together. */
export const sendersMax = 256;
/** Milliseconds between two lines about one sender and one kind. */
export const lineEveryMs = 60_000;

/** The service of a process that says what it has refused. */
export const refusalsOf = (process: string): string => `messages@${process}`;

/** A sender as it is counted. */
interface Tally {
  count: number;
  /** When the last line was written. */
  lineAt: number;
  /** Refused since. */
  since: number;
}

/** See the head of the file. */
export class Refusals {
  readonly #tallies = new Map<string, Tally>();

  /** Counts one; gives a line for the log if one is due. */
  take(
    from: { readonly node: string; readonly service: string },
    to: string,
    { kind, type, why }: Refused,
    at: number,
  ): string | undefined {
    const sender = `${shown(from.node)} ${shown(from.service)}`;
    const more = this.#count(this.#keyOf(`${kind} ${sender}`, kind), at);
    if (more === undefined) return undefined;
    const verb = kind === "unknown" ? "Ignored" : kind === "unsendable" ? "Dropped" : "Refused";
    return `${verb} a message of ${sender} for ${to}: ${shown(type) || "no type"}: ${why}${more}`;
  }

  /** Counts a client whose link was closed for its own fault; gives a line for the log if one is due. */
  closed(closing: Closing, why: string, at: number): string | undefined {
    const more = this.#count(`closed ${closing}`, at);
    return more === undefined ? undefined : `Closed the link of a client: ${why}${more}`;
  }

  /** Counts a request that is well formed and cannot be met; gives a line for the log if one is due. */
  unmet(what: string, why: string, at: number): string | undefined {
    const more = this.#count(`unmet ${what}`, at);
    return more === undefined ? undefined : `${what} is refused: ${why}${more}`;
  }

  /** Counts one; undefined, or what a line is to say of those before it if one is due. */
  #count(key: string, at: number): string | undefined {
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      this.#tallies.set(key, tally = { count: 0, lineAt: -Infinity, since: 0 });
    }
    tally.count++;
    if (at - tally.lineAt < lineEveryMs) {
      tally.since++;
      return undefined;
    }
    const { since } = tally;
    tally.lineAt = at;
    tally.since = 0;
    return since === 0 ? "" : ` (and ${since} more like it since the last line)`;
  }

  /** How often, by kind and sender. */
  counts(): Json {
    return Object.fromEntries([...this.#tallies].map(([key, { count }]) => [key, count]));
  }

  /** The answer to a question how often; undefined if it is no question. */
  report(message: Message): Message | undefined {
    if (message.type !== "status/query") return undefined;
    return { type: "status/answer", id: message.id, status: this.counts() };
  }

  #keyOf(key: string, kind: RefusalKind): string {
    // Each kind has a place for those beyond the bound, which is kept free for it.
    return this.#tallies.has(key) || this.#tallies.size < sendersMax ? key : `${kind} (others)`;
  }
}

/** A name that somebody else chose: short. The log escapes what a terminal would obey. */
const shown = (name: string): string => name.length > 64 ? `${name.slice(0, 64)}...` : name;

/** The machine that hears a message, and its turn. */
export interface Hearing {
  /** Where it counts what it does not take. */
  readonly refusals: Refusals;
  readonly service: string;
  readonly at: number;
  readonly out: Effect[];
}

/**
 * What a machine hears from its own kind on another node: read, or counted with a line for the log
 * and undefined.
 */
export function heard<T>(
  read: Reader<T>,
  body: unknown,
  from: { readonly node: string; readonly service: string },
  { refusals, service, at, out }: Hearing,
): T | undefined {
  const said = read(body);
  if (!(said instanceof Refusal)) return said;
  // The first member of every union is its type: one that is not known may be a later version's.
  const kind = said.at === ".type" ? "unknown" : "malformed";
  const line = refusals.take(from, service, { kind, type: typeOf(body), why: String(said) }, at);
  if (line !== undefined) out.push({ type: "log", level: levelOf(kind), text: line });
  return undefined;
}

/** Messages of a later version are no error. */
export const levelOf = (kind: RefusalKind): "info" | "warning" =>
  kind === "unknown" ? "info" : "warning";

function typeOf(body: unknown): string {
  return typeof body === "object" && body !== null && "type" in body &&
      typeof body.type === "string"
    ? body.type
    : "";
}

/** The same of text that was put together from pieces. It is looked at before it is parsed. */
export function heardText<T>(
  read: Reader<T>,
  text: string,
  from: { readonly node: string; readonly service: string },
  hearing: Hearing,
): T | undefined {
  const why = textTooLarge(text, { depthMax, valuesMax: piecedValuesMax });
  if (why === undefined) return heard(read, valueOf(text), from, hearing);
  const { refusals, service, at, out } = hearing;
  const line = refusals.take(from, service, { kind: "malformed", type: "", why }, at);
  if (line !== undefined) out.push({ type: "log", level: levelOf("malformed"), text: line });
  return undefined;
}

/** What text says; undefined, which no reader takes, if it is no JSON. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
