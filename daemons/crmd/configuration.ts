/**
 * What crmd remembers of each configuration that the CIB had.
 *
 * @module
 */
import type { XmlElement } from "../../metadata/xml/mod.ts";

/** Maximum characters of a reason that other members receive. */
export const reasonCharactersMax = 1_024;

/** One configuration that the CIB had. */
export interface Configuration {
  element: XmlElement;
  /** Version of the CIB that had it first. */
  readonly version: string;
  /** The policy engine has decided with it. */
  good: boolean;
  /** Times the policy engine ended, or was silent, while it computed with it. */
  deaths: number;
  /** Why the policy engine cannot decide with it. */
  failed: string | undefined;
  /** It did not say so: it hung, or ended. */
  poison: boolean;
}

/** When an untried configuration may be tried. */
export interface Trials {
  /** Configurations in a row that hung the engine. */
  hung: number;
  notBeforeMs: number;
}
