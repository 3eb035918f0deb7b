/**
 * The feature set of the CIB: it says under which names failures are counted and how parameters are
 * compared. The coordinator writes its own, so that a CIB that names none, or an older one, is read
 * as this cluster writes it.
 *
 * @module
 */
import { compareVersions } from "../pengine/doors/language.ts";

/** The feature set that the dialect follows: Pacemaker 2.1.5. */
export const featureSet = "3.16.1";

/** What the CIB's feature set must become; absent: it stays. A newer one is another node's affair. */
export function upgradedFeatureSet(found: string | undefined): string | undefined {
  return compareVersions(found, featureSet) < 0 ? featureSet : undefined;
}
