/**
 * CIB1 to CIB4: the cluster information base as its clients see it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { CibVersion, View } from "../../../daemons/runtime/messages.ts";
import type { Checker, Fail, Observation } from "../observation.ts";
import { observedValue, readWrite } from "../observer.ts";
import type { World } from "../world.ts";

/** Versions whose documents are remembered at most. */
const versionsMax = 4_096;
/** Acknowledged writes of each writer that are looked for at most; the oldest are forgotten. */
const writesMax = 16;

/** Watches the messages to clients of the CIB. */
export class CibChecker implements Checker {
  readonly watches = ["CIB1", "CIB2", "CIB3", "CIB4"];
  readonly counts = { acknowledged: 0, refused: 0, documents: 0 };
  readonly #world: World;
  readonly #fail: Fail;
  readonly #digests = new Map<string, string>();
  /** By node: the last version that a client there saw. */
  readonly #versions = new Map<string, CibVersion>();
  /** By writer: acknowledged values, which only rise. Later documents of quorate members have them. */
  readonly #acknowledged = new Map<string, { value: number; version: CibVersion }[]>();
  readonly #views = new Map<string, View>();

  constructor(world: World, fail: Fail) {
    this.#world = world;
    this.#fail = fail;
  }

  observe(observation: Observation): void {
    if (observation.type === "process down") {
      if (observation.services.includes("ccm")) this.#views.delete(observation.node);
      return;
    }
    if (observation.type !== "sent") return;
    const { node, service, message, to } = observation;
    if (service === "ccm") {
      if (message.type === "ccm/view") this.#views.set(node, message.view);
      else if (message.type === "ccm/evicted") this.#views.delete(node);
      return;
    }
    if (service !== "cib" || to.service !== "observer") return;
    switch (message.type) {
      case "cib/changed":
        this.#sawVersion(node, message.version);
        return;
      case "cib/document":
        this.counts.documents++;
        this.#sawVersion(node, message.version);
        this.#sawDocument(node, message.version, message.xml);
        return;
      case "cib/applied": {
        if (!message.ok || message.version === undefined) {
          this.counts.refused++;
          return;
        }
        this.counts.acknowledged++;
        if (!this.#world.nodeNames.some((name) => this.#views.get(name)?.quorate)) {
          this.#fail("CIB4", `write ${message.id} was acknowledged while no node had quorum`);
        }
        const { node: writer, value } = readWrite(message.id);
        const writes = this.#acknowledged.get(writer) ?? [];
        writes.push({ value, version: message.version });
        if (writes.length > writesMax) writes.shift();
        this.#acknowledged.set(writer, writes);
      }
    }
  }

  #sawVersion(node: string, version: CibVersion): void {
    const before = this.#versions.get(node);
    if (before !== undefined && compare(version, before) < 0) {
      this.#fail("CIB2", `${node} went from version ${text(before)} back to ${text(version)}`);
    }
    this.#versions.set(node, version);
  }

  #sawDocument(node: string, version: CibVersion, xml: string): void {
    const digest = createHash("sha256").update(xml).digest("hex");
    const key = text(version);
    const known = this.#digests.get(key);
    if (known !== undefined && known !== digest) {
      this.#fail("CIB1", `version ${key} at ${node} is another document than elsewhere`);
    }
    this.#digests.set(key, digest);
    if (this.#digests.size > versionsMax) {
      for (const oldest of this.#digests.keys()) {
        this.#digests.delete(oldest);
        break;
      }
    }
    if (!this.#views.get(node)?.quorate) return;
    for (const [writer, writes] of this.#acknowledged) {
      const has = observedValue(xml, writer);
      for (const { value, version: at } of writes) {
        // Only what this version should have: a copy may be behind, never without.
        if (compare(version, at) < 0 || has >= value) continue;
        this.#fail(
          "CIB3",
          `${node} has version ${key} with ${writer}'s value ${has}, but ${value} was ` +
            `acknowledged at ${text(at)}`,
        );
        return;
      }
    }
  }
}

function compare(one: CibVersion, other: CibVersion): number {
  return one.adminEpoch - other.adminEpoch || one.epoch - other.epoch ||
    one.numUpdates - other.numUpdates;
}

const text = ({ adminEpoch, epoch, numUpdates }: CibVersion): string =>
  `${adminEpoch}.${epoch}.${numUpdates}`;
