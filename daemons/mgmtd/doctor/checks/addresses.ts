/**
 * Addresses of links: those that this machine receives on, and those that it sends to.
 *
 * @module
 */
import type { Diagnostic } from "../../../../metadata/diagnostic.ts";
import { canonical } from "../addresses.ts";
import { check, finding } from "../check.ts";

const isAny = (address: string): boolean => /^(?:0\.0\.0\.0|::)$/.test(address);
const isLoopback = (address: string): boolean => /^127\.|^::1$/.test(address);
/** Where no single machine can be: multicast, and all. */
const isNobody = (address: string): boolean =>
  isAny(address) || /^(?:22[4-9]|23\d)\.|^255\.255\.255\.255$|^ff/i.test(address);

/** See the head of the file. */
export const addresses = check({
  name: "addresses",
  summary: "links use addresses of this machine and of other machines",
  needs: ["addresses", "config"],
  find: ({ addresses: own, config: { media } }) =>
    media.flatMap(({ address, peers = [] }, at) => {
      const found: Diagnostic[] = [];
      const wrong = (where: string, what: string, fix: string) =>
        found.push(finding("error", "HA1031", { at: `media[${at}].${where}`, what, fix }));
      if (
        address !== undefined && !isAny(address) && !isLoopback(address) && !has(own, address)
      ) {
        wrong(
          "address",
          `no interface of this machine has the address ${address}`,
          "correct it, or bring the interface up; ip address shows those that there are",
        );
      }
      peers.forEach(({ address: peer }, place) => {
        if (isNobody(peer)) {
          wrong(
            `peers[${place}]`,
            `${peer} is the address of no machine`,
            "name the address of the other node",
          );
        } else if (!isLoopback(peer) && has(own, peer)) {
          wrong(
            `peers[${place}]`,
            `${peer} is an address of this machine itself`,
            "name the address of the other node",
          );
        } else if (isLoopback(peer) && address !== undefined && !isLoopback(address)) {
          wrong(
            `peers[${place}]`,
            `${peer} never leaves this machine`,
            "name an address of the other node in the network of this link",
          );
        }
      });
      return found;
    }),
});

const has = (own: readonly string[], address: string): boolean =>
  own.includes(canonical(address) ?? address);
