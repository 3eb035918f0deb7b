/**
 * The families of power strips, as APC's PowerNet-MIB describes them (enterprise 318).
 *
 * @module
 */

/** What a family has for each outlet: the outlet's number stands behind the object id. */
export interface Model {
  /** The object that is set: to 1 for on and 2 for off, at once. */
  readonly control: string;
  /** The object that says what is, and its two values. */
  readonly status: string;
  readonly on: number;
  readonly off: number;
}

const apc = "1.3.6.1.4.1.318.1.1";

/** What switches an outlet in every family. */
export const orders = { on: 1, off: 2 } as const;

/** By name; `auto` tries them in this order. */
export const models = {
  /** rPDU2OutletSwitchedControlCommand, rPDU2OutletSwitchedStatusState. */
  rpdu2: { control: `${apc}.26.9.2.4.1.5`, status: `${apc}.26.9.2.3.1.5`, on: 2, off: 1 },
  /** rPDUOutletControlOutletCommand, rPDUOutletStatusOutletState. */
  rpdu: { control: `${apc}.12.3.3.1.1.4`, status: `${apc}.12.3.5.1.1.4`, on: 1, off: 2 },
  /** sPDUOutletCtl, which is both. */
  masterswitch: { control: `${apc}.4.4.2.1.3`, status: `${apc}.4.4.2.1.3`, on: 1, off: 2 },
} as const satisfies Readonly<Record<string, Model>>;
