/**
 * A simulated disk: a value is durable only after its simulated fsync. A crash before that leaves
 * the old value or, since a disk may be faster than it says, the new one; never a part.
 *
 * @module
 */
import type { Random } from "../../daemons/runtime/random.ts";

interface Write {
  readonly service: string;
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/** What is on one node's disk, by service and key. It outlives the node's crashes. */
export class Disk {
  readonly #durable = new Map<string, Map<string, Uint8Array>>();
  readonly #underWay = new Set<Write>();
  readonly #older = new Map<string, Uint8Array>();
  /** Nothing can be written: a process that has to ends, as its driver says. */
  full = false;

  /** What a machine finds at its start. */
  saved(service: string): ReadonlyMap<string, Uint8Array> {
    return new Map(this.#durable.get(service));
  }

  /** Begins a write; the result completes it, unless a crash was earlier. */
  write(service: string, key: string, value: Uint8Array | undefined): () => void {
    // A copy: the machine may go on using its buffer.
    const write: Write = { service, key, value: value && value.slice() };
    this.#underWay.add(write);
    return () => {
      if (this.#underWay.delete(write)) this.#apply(write);
    };
  }

  /** Power goes: each write under way is lost, or was already on the platter. */
  crash(random: Random): void {
    for (const write of this.#underWay) if (random.chance(0.5)) this.#apply(write);
    this.#underWay.clear();
  }

  /** The durable keys of a service, sorted. */
  keys(service: string): readonly string[] {
    return [...this.#durable.get(service)?.keys() ?? []].sort();
  }

  /** One durable value is another from now on, as if the disk had changed it. */
  corrupt(service: string, key: string, change: (value: Uint8Array) => Uint8Array): void {
    const values = this.#durable.get(service);
    const value = values?.get(key);
    if (value !== undefined) values?.set(key, change(value));
  }

  /** The value that a key had before its last write; undefined if it had none. */
  older(service: string, key: string): Uint8Array | undefined {
    return this.#older.get(`${service} ${key}`);
  }

  /** All durable values change as `change` says: bit flips, old versions, total loss. */
  damage(change: (service: string, key: string, value: Uint8Array) => Uint8Array | undefined) {
    for (const [service, values] of this.#durable) {
      for (const [key, value] of values) {
        const after = change(service, key, value);
        if (after === undefined) values.delete(key);
        else values.set(key, after);
      }
    }
  }

  #apply({ service, key, value }: Write): void {
    let values = this.#durable.get(service);
    if (values === undefined) this.#durable.set(service, values = new Map());
    if (value === undefined) values.delete(key);
    else {
      const before = values.get(key);
      if (before !== undefined) this.#older.set(`${service} ${key}`, before);
      values.set(key, value);
    }
  }
}
