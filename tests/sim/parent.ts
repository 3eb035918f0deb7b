/**
 * What stands above the daemons of a simulated node: the recovery manager of production, and the service
 * manager that starts it again, as `daemons/recoverymgrd/ha.service` says.
 *
 * @module
 */
import { descriptions } from "../../daemons/processes.ts";
import { recoverymgrd, stopAllMs, supervision } from "../../daemons/recoverymgrd/core.ts";
import { exitConfig, exitUsage } from "../../daemons/runtime/exit_code.ts";
import type { ProcessList } from "../../daemons/site/description.ts";
import type { Machine } from "../../daemons/runtime/machine.ts";

/** One process of a node: its name, and its machines, which each of its lives makes again. */
export interface ProcessPlan {
  readonly name: string;
  /** The process that it keeps a link to. */
  readonly to?: string;
  machines(node: string): readonly Machine[];
}

/** The name of its process. */
export const parentName = "recoverymgrd";

/** Milliseconds within which a daemon that hangs is found, unless configured. */
const hungMs = 5_000;

/** `RestartSec`, `StartLimitBurst` and `StartLimitIntervalSec` of the unit, in microseconds. */
export const restartUs = 2_000_000;
const startsMax = 5;
const intervalUs = 600_000_000;

/** As its own folder describes a process of this name; a world may have others. */
const descriptionOf = (name: string) =>
  (descriptions as ProcessList).find((description) => description.name === name);

const supervised = (plans: readonly ProcessPlan[]) =>
  supervision(
    plans.map(({ name }) => descriptionOf(name) ?? { name }),
    hungMs,
  );

/** Milliseconds that a node may take to end cleanly. */
export const nodeStopMs = (plans: readonly ProcessPlan[]): number => stopAllMs(supervised(plans));

/** The process of the parent of these. */
export const parentOf = (
  plans: readonly ProcessPlan[],
  around: (machine: Machine, node: string) => Machine,
): ProcessPlan => ({
  name: parentName,
  // The service's name says what its state is.
  machines: (node) => [around(recoverymgrd(supervised(plans)) as Machine, node)],
});

/** The service manager of one node: whether its parent is started again. */
export class ServiceManager {
  #startsUs: number[] = [];

  /** The parent has ended. */
  startsAgain(exitCode: number, nowUs: number): boolean {
    if (exitCode === 0 || exitCode === exitUsage || exitCode === exitConfig) return false;
    this.#startsUs = this.#startsUs.filter((startUs) => startUs > nowUs - intervalUs);
    if (this.#startsUs.length >= startsMax) return false;
    this.#startsUs.push(nowUs);
    return true;
  }

  /** Power came, or an operator wants it. */
  reset(): void {
    this.#startsUs = [];
  }
}
