/**
 * The CIB's version triple: read from the root element, compared, raised.
 *
 * A change of configuration raises `epoch` and zeroes `num_updates`; a change of status raises
 * `num_updates`; `admin_epoch` is the operator's.
 *
 * @module
 */
import type { XmlElement } from "@std/xml";
import type { CibVersion } from "../runtime/messages.ts";

const numberOf = (text: string | undefined): number => {
  const value = Number(text ?? "0");
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
};

/** The version that the root element `cib` carries; what is missing or no number counts as 0. */
export function versionOf(root: XmlElement): CibVersion {
  return {
    adminEpoch: numberOf(root.attributes.admin_epoch),
    epoch: numberOf(root.attributes.epoch),
    numUpdates: numberOf(root.attributes.num_updates),
  };
}

/** Negative if `a` is older than `b`, 0 if they are the same, positive if it is newer. */
export function compareVersions(a: CibVersion, b: CibVersion): number {
  return a.adminEpoch - b.adminEpoch || a.epoch - b.epoch || a.numUpdates - b.numUpdates;
}

/** As people write it: `0.42.7`. */
export function formatVersion(version: CibVersion): string {
  return `${version.adminEpoch}.${version.epoch}.${version.numUpdates}`;
}

/** The same root with another version. */
export function withVersion(root: XmlElement, version: CibVersion): XmlElement {
  const attributes: Record<string, string> = Object.assign(
    Object.create(null) as Record<string, string>,
    root.attributes,
  );
  attributes.admin_epoch = String(version.adminEpoch);
  attributes.epoch = String(version.epoch);
  attributes.num_updates = String(version.numUpdates);
  return { ...root, attributes };
}
