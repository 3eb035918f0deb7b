/**
 * A world for the machine of `logd`: clients with their outboxes, and outputs that fill up, fail in the
 * middle of a batch, or take lines. The test decides what happens next.
 *
 * @module
 */
import { isLine } from "../runtime/logging/ordered.ts";
import { Outbox, type OutboxBounds } from "../runtime/logging/outbox.ts";
import { type ClientFrame, PayloadReader, readServerFrame } from "../runtime/logging/wire.ts";
import type { Effect, Event, Machine } from "../runtime/machine.ts";
import { logd } from "./core.ts";
import type { LogdState } from "./state.ts";
import type { Batch, LogdConfig, Progress } from "./types.ts";

type Undated<E> = E extends unknown ? Omit<E, "at"> : never;

/** One output: what is on its disk, and what its driver knows in this life. */
export class WorldFile {
  readonly lines: string[] = [];
  progress: Progress = [];
  full = false;
  batch: Batch | undefined;
  /** Lines of the batch that are in the file. */
  done = 0;
}

/** One client. */
export class WorldClient {
  readonly outbox: Outbox;
  readonly id: string;
  readonly name: string;
  connection: number | undefined;
  greeted = false;
  /** On the way to logd. */
  frames: ClientFrame[] = [];
  alive = true;

  constructor(number: number, bounds: OutboxBounds) {
    this.outbox = new Outbox(bounds);
    this.id = number.toString(16).padStart(16, "0");
    this.name = `client${number}`;
  }
}

/** See the head of the file. */
export class World {
  readonly files: readonly WorldFile[];
  readonly clients: WorldClient[] = [];
  machine: Machine<LogdState>;
  now = 0;
  #timers = new Map<string, number>();
  #connections = 0;
  readonly #config: LogdConfig;

  constructor(config: LogdConfig) {
    this.#config = config;
    this.files = config.outputs.map(() => new WorldFile());
    this.machine = logd(config);
    this.#begin();
  }

  client(bounds: OutboxBounds): WorldClient {
    const client = new WorldClient(this.clients.length + 1, bounds);
    this.clients.push(client);
    return client;
  }

  /** A client calls, and says hello. */
  connect(client: WorldClient): void {
    if (client.connection !== undefined) return;
    client.connection = ++this.#connections;
    client.greeted = false;
    const { id, name, outbox } = client;
    client.frames = [{ type: "hello", id, name, next: outbox.next }];
    this.emit({ type: "opened", connection: client.connection, door: "node" });
  }

  /** A client sends what it may, and so much of it arrives. */
  deliver(client: WorldClient, framesMax: number): void {
    const { connection, outbox, name } = client;
    if (connection === undefined) return;
    if (client.greeted) {
      for (const item of outbox.take(framesMax)) {
        client.frames.push(
          isLine(item)
            ? {
              type: "line",
              facility: 24,
              pid: 1,
              severity: item.severity,
              entity: name,
              time: item.fromMs,
              text: item.value.text,
            }
            : { type: "lost", ...item },
        );
      }
    }
    const frames = client.frames.splice(0, framesMax);
    if (frames.length > 0) this.emit({ type: "frames", connection, frames });
  }

  /** Its connection ends; what is on the way is lost. */
  disconnect(client: WorldClient): void {
    const { connection } = client;
    client.connection = undefined;
    client.greeted = false;
    client.frames = [];
    if (connection !== undefined) this.emit({ type: "closed", connection });
  }

  /** An output does what it was ordered. @param lines so many of them before it fails */
  work(at: number, lines = Infinity): void {
    const file = this.files[at]!;
    const { batch } = file;
    if (batch === undefined) return;
    while (!file.full && file.done < batch.lines.length && lines-- > 0) {
      file.lines.push(batch.lines[file.done++]!.trimEnd());
    }
    if (file.done < batch.lines.length) {
      this.give({ type: "reply", id: `write ${at}`, result: { ok: false, error: "no room" } });
      return;
    }
    file.progress = batch.progress;
    file.batch = undefined;
    this.give({ type: "reply", id: `write ${at}`, result: { ok: true, value: 0 } });
  }

  /** `logd` is killed and started again. @param written the batch under way is there as a whole */
  kill(written: boolean): void {
    for (const file of this.files) {
      const { batch } = file;
      if (batch !== undefined && written && !file.full) {
        for (; file.done < batch.lines.length; file.done++) {
          file.lines.push(batch.lines[file.done]!.trimEnd());
        }
        file.progress = batch.progress;
      } else if (batch !== undefined) file.lines.length -= file.done;
      file.batch = undefined;
      file.done = 0;
    }
    for (const client of this.clients) {
      client.connection = undefined;
      client.greeted = false;
      client.frames = [];
    }
    this.#timers.clear();
    this.machine = logd(this.#config);
    this.#begin();
  }

  /** Time passes: what is due happens. */
  pass(ms: number): void {
    this.now += ms;
    for (const [name, due] of [...this.#timers]) {
      if (due > this.now) continue;
      this.#timers.delete(name);
      this.give({ type: "timer", name });
    }
  }

  emit(event: unknown): void {
    this.give({ type: "emit", instance: "doors", event });
  }

  give(event: Undated<Event>): void {
    const dated = { ...event, at: this.now } as Event;
    for (const effect of this.machine.step(this.machine.state, dated)) this.#order(effect);
  }

  #begin(): void {
    this.give({ type: "start", wallMs: 0, seed: 1, node: "alice", saved: new Map() });
  }

  #order(effect: Effect): void {
    if (effect.type === "timer") this.#timers.set(effect.name, this.now + effect.inMs);
    if (effect.type === "cancel") this.#timers.delete(effect.name);
    if (effect.type === "load") {
      this.give({
        type: "loaded",
        instance: effect.instance,
        result: { ok: true, value: undefined },
      });
    }
    if (effect.type !== "call") return;
    const [first, second] = effect.args;
    if (effect.method === "open") {
      const { progress } = this.files[Number(first)]!;
      const value = { progress, size: 0 };
      this.give({ type: "reply", id: `open ${first}`, result: { ok: true, value } });
    } else if (effect.method === "write") {
      const batch = first as Batch;
      const file = this.files[batch.output]!;
      if (file.batch?.number !== batch.number) file.done = 0;
      file.batch = batch;
    } else if (effect.method === "send") this.#told(Number(first), second as Uint8Array);
  }

  #told(connection: number, bytes: Uint8Array): void {
    const client = this.clients.find((one) => one.connection === connection);
    if (client === undefined) return;
    for (const payload of new PayloadReader().take(bytes)) {
      const frame = readServerFrame(payload);
      if (frame.type === "settled") client.outbox.settled(frame.upTo);
      if (frame.type !== "welcome") continue;
      client.outbox.again(frame.upTo);
      client.greeted = true;
    }
  }
}
