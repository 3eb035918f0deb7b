/**
 * The rules for every authentication plugin.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Clause } from "../conformance.ts";
import type { Auth } from "./contract.ts";

/** What a plugin's test knows beside. */
export interface Given {
  /** Signatures that must come out, of texts. */
  readonly known: readonly { readonly text: string; readonly mac: string }[];
  /** The method has no key, so that AUTH4 does not apply. */
  readonly otherKey?: Readonly<Record<string, unknown>>;
}

const packet = new TextEncoder().encode("###\n14:(0)t=status,%%%\n");

/** The clauses of `auth/1`. */
export const clauses: readonly Clause<Auth, Given>[] = [
  {
    id: "AUTH1",
    says: "what it signed it verifies, at every length",
    async check(trial) {
      await using opened = await trial.open();
      for (const length of [0, 1, 55, 56, 63, 64, 65, 1400, 65_507]) {
        const bytes = new Uint8Array(length).map((_, i) => i * 7);
        const mac = await opened.api.sign(bytes);
        assert.match(mac, /^[0-9a-f]{1,128}$/);
        assert.equal(await opened.api.verify(bytes, mac), true, `${length} bytes`);
      }
    },
  },
  {
    id: "AUTH2",
    says: "a changed bit of the packet is refused",
    async check(trial) {
      await using opened = await trial.open();
      const mac = await opened.api.sign(packet);
      for (let bit = 0; bit < packet.length * 8; bit++) {
        const changed = packet.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        assert.equal(await opened.api.verify(changed, mac), false, `bit ${bit}`);
      }
    },
  },
  {
    id: "AUTH3",
    says: "a signature is taken whole and in its one spelling",
    async check(trial) {
      await using opened = await trial.open();
      const mac = await opened.api.sign(packet);
      const zeros = "0".repeat(mac.length);
      for (
        const wrong of [
          "",
          mac.slice(0, -1),
          mac.slice(1),
          mac + "0",
          "0" + mac,
          zeros,
          " ",
          mac + "\0",
        ]
      ) {
        assert.equal(await opened.api.verify(packet, wrong), false, JSON.stringify(wrong));
      }
      if (/[a-f]/.test(mac)) {
        assert.equal(await opened.api.verify(packet, mac.toUpperCase()), false, "capitals");
      }
    },
  },
  {
    id: "AUTH4",
    says: "another key's signature is refused",
    async check(trial) {
      if (trial.given.otherKey === undefined) return;
      await using ours = await trial.open();
      await using theirs = await trial.open(trial.given.otherKey);
      assert.equal(await ours.api.verify(packet, await theirs.api.sign(packet)), false);
    },
  },
  {
    id: "AUTH5",
    says: "it signs what others of its name sign",
    async check(trial) {
      await using opened = await trial.open();
      for (const { text, mac } of trial.given.known) {
        assert.equal(await opened.api.sign(new TextEncoder().encode(text)), mac);
      }
    },
  },
  {
    id: "AUTH6",
    says: "what it hides only it shows again, unchanged",
    async check(trial) {
      await using opened = await trial.open();
      const { seal, open } = opened.api;
      if (seal === undefined || open === undefined) return;
      const sealed = await seal(packet);
      assert.deepEqual(await open(sealed), packet);
      assert.notDeepEqual(await seal(packet), sealed, "the same packet twice");
      for (let at = 0; at < sealed.length; at++) {
        const changed = sealed.slice();
        changed[at]! ^= 1;
        assert.equal(await open(changed), undefined, `byte ${at}`);
        assert.equal(await open(sealed.subarray(0, at)), undefined, `cut to ${at}`);
      }
    },
  },
];
