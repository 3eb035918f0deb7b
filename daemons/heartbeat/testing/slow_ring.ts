/**
 * Three nodes on a ring of three slow lines that talk to each other, as `deno task interop
 * media_serial --only ring` has them, in the small world: what a real line shows once in many runs, a
 * few hundred seeds show in a minute.
 *
 * @module
 */
import { opened } from "../../runtime/unread.ts";
import type { HeartbeatConfig } from "../config.ts";
import { plainCodecs } from "./plain_codecs.ts";
import { SmallWorld } from "./small_world.ts";

const cables: Readonly<Record<string, readonly string[]>> = {
  ab: ["a", "b"],
  bc: ["b", "c"],
  ca: ["c", "a"],
};
const names = ["a", "b", "c"];
const stepMs = 20;

/** The ring, started: nodes come within 600 ms, and say a number to all others every three seconds. */
export class SlowRing {
  readonly world: SmallWorld;
  readonly cut = new Set<string>();
  readonly #nextAt = new Map<string, number>();
  readonly #said = new Map<string, number>();

  /** @param bytesPerSecond of each line; plain codecs write more than twice the bytes of real ones. */
  constructor(seed: number, bytesPerSecond: number) {
    const config: HeartbeatConfig = {
      nodes: names,
      media: Object.keys(cables).map((link) => ({
        link,
        plugin: "medium/serial",
        config: {},
        line: { bytesPerSecond },
      })),
      keepaliveMs: 1_000,
      deadtimeMs: 5_000,
      initdeadMs: 10_000,
    };
    this.world = new SmallWorld(config, () => {
      const codecs = plainCodecs("key");
      return { ...codecs, line: codecs.encoding };
    }, seed);
    const { weather } = this.world;
    Object.assign(weather, { delayMinMs: 2, delayMaxMs: 40 });
    weather.bytesPerSecond = () => bytesPerSecond;
    weather.passes = (from, to, link) =>
      !this.cut.has(link) && cables[link]!.includes(from) && cables[link]!.includes(to);
    for (const [at, name] of names.entries()) {
      this.world.start(name);
      this.#nextAt.set(name, this.world.now + 3_000);
      this.run((seed * (at + 3) * 131) % 300);
    }
  }

  run(forMs: number): void {
    const end = this.world.now + forMs;
    while (this.world.now < end) {
      this.world.run(Math.min(stepMs, end - this.world.now));
      for (const [name, at] of this.#nextAt) {
        if (this.world.now < at) continue;
        this.#nextAt.set(name, at + 3_000);
        const number = (this.#said.get(name) ?? 0) + 1;
        this.#said.set(name, number);
        this.world.say(name, "*", String(number));
      }
    }
  }

  /** @returns whether it held in time. */
  until(holds: () => boolean, withinMs: number): boolean {
    const end = this.world.now + withinMs;
    while (!holds() && this.world.now < end) this.run(stepMs);
    return holds();
  }

  allActive(): boolean {
    return names.every((name) =>
      this.world.node(name).machine.state.status === "active" &&
      names.every((other) => other === name || this.world.sees(name, other) === "active")
    );
  }

  /** Deaths since then. */
  deaths(since: number): string[] {
    return pairs().flatMap(([name, other]) =>
      this.world.sawAt(name, other, "dead", since) === undefined ? [] : [`${name} of ${other}`]
    );
  }

  /** Messages that somebody did not get while their sender lived. */
  lost(): string[] {
    return pairs().flatMap(([name, other]) => {
      const lost: string[] = [];
      let last: number | undefined;
      let wasDead = false;
      for (const { message } of this.world.node(name).heard) {
        if (message.type === "heartbeat/connectivity") {
          wasDead ||= message.nodes.some((node) => node.name === other && node.status === "dead");
        } else if (message.type === "heartbeat/deliver" && message.from.node === other) {
          const body = opened(message.body);
          const number = body.type === "peer" ? Number(body.body) : NaN;
          if (last !== undefined && number !== last + 1 && !(wasDead && number > last + 1)) {
            lost.push(`${name} got ${number} of ${other} in place of ${last + 1}`);
          }
          last = number;
          wasDead = false;
        }
      }
      return lost;
    });
  }
}

const pairs = () =>
  names.flatMap((name) =>
    names.filter((other) => other !== name).map((other) => [name, other] as const)
  );
