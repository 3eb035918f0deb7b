/**
 * Levels that are switched while the daemons run.
 *
 * @module
 */
import { type Levels, levelsMax } from "../runtime/logging/wire.ts";

/** The levels with another one for a service, or for all: then none has a level of its own. */
export function switched(levels: Levels, service: string | undefined, severity: number): Levels {
  if (service === undefined) return { all: severity, of: {} };
  const others = Object.entries(levels.of).filter(([name]) => name !== service);
  return {
    ...levels,
    of: Object.fromEntries([...others.slice(1 - levelsMax), [service, severity]]),
  };
}
