/**
 * The classes as lrmd loads them: from the lock, each in a process of its own.
 *
 * @module
 */
import type { AgentRef, Ra, RaOperation, RaResult } from "../../../plugins/handler/ra/contract.ts";
import { inLocks } from "../../../daemons/site/consent/locked.ts";
import { projectLock } from "../../../daemons/site/loader_of.ts";
import { createLoader } from "../../../pils/loader.ts";
import type { Case } from "./cases.ts";

/** Milliseconds of any operation here. */
const timeoutMs = 60_000;

/** What the parts use. */
export interface Classes extends AsyncDisposable {
  api(name: string): Promise<Ra>;
  /** One operation of a case; a monitor is a probe. */
  run(one: Case, action: string): Promise<RaResult>;
}

export const refOf = ({ provider, type }: Pick<Case, "provider" | "type">): AgentRef => ({
  type,
  ...(provider === undefined ? {} : { provider }),
});

/** Opens the loader. */
export function classes(): Classes {
  const loader = createLoader({ find: inLocks(projectLock), denoPath: Deno.execPath() });
  const api = async (name: string): Promise<Ra> =>
    (await loader.load<Ra>(`ra/${name}`, { config: {} })).api;
  return {
    api,
    async run(one, action) {
      const order: RaOperation = {
        resource: one.id,
        agent: refOf(one),
        action,
        intervalMs: 0,
        timeoutMs,
        parameters: one.parameters,
      };
      return await (await api(one.class)).run(order);
    },
    [Symbol.asyncDispose]: () => loader.close(),
  };
}
