/**
 * Cases of the originals that our engine is known to miss, and why. A case that is not here fails
 * the comparison, and so does one that is here and passes again.
 *
 * @module
 */
import type { CaseVersion } from "./scheduler_packs.ts";

const later = "3.0.2 decides otherwise, and so do we";
const words = "3.0.2 says it in other words, and so do we";

const misses: Readonly<Record<CaseVersion, Readonly<Record<string, string>>>> = {
  "3.0.2": {
    "bundle-order-stop":
      "the reason of a blocked instance names its connection, not the container it is with",
    inc6: "what is carried out in one round is carried out in another order",
    "order-clone": "three lines between instances that cannot start are not drawn",
    "primitive-with-unrunnable-group":
      "the reason of the second member names the first, not what the group waits for",
    "promoted-partially-demoted-group": "the lines of two groups stand in another order",
  },
  "2.1.5": {
    "11-a-then-bm-b-move-a-clone-starting": words,
    "5-am-then-bm-a-not-migratable": words,
    "bug-lf-2422": later,
    "bundle-nested-colocation": later,
    "bundle-order-stop": later,
    "bundle-replicas-change": later,
    "cancel-behind-moving-remote": later,
    "clone-order-16instances": later,
    "group-anticolocation": later,
    "guest-host-not-fenceable": later,
    inc6: "what is carried out in one round is carried out in another order",
    "migrate-fencing": words,
    "node-maintenance-1": words,
    "probe-pending-node": words,
    "promoted-partially-demoted-group": "the lines of two groups stand in another order",
    "shutdown-maintenance-node": words,
    "unfence-definition": later,
    "unfence-parameters": later,
    "unmanaged-block-restart": later,
    "unmanaged-promoted": words,
  },
};

/** The misses of a version by case, each with its reason. */
export function missesOf(version: CaseVersion): ReadonlyMap<string, string> {
  return new Map(Object.entries(misses[version]));
}
