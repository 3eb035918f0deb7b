/**
 * Decides which users may sign on under which name, with the rules of the original's `apiauth`.
 *
 * The kernel's credentials of the peer decide, never the client's own claims. If the kernel cannot
 * be asked (`ffi` is not granted), there are no rules, and the owner and mode of the socket decide.
 *
 * @module
 */
import type { ClientRule, Credentials } from "./state.ts";

/** Undefined if it may, else why not. */
export function refusal(
  name: string,
  casual: boolean,
  said: { readonly pid: string; readonly uid: string; readonly gid: string },
  credentials: Credentials | undefined,
  rules: readonly ClientRule[] | undefined,
): string | undefined {
  if (credentials !== undefined) {
    const { pid, uid, gid } = credentials;
    // A client in another namespace has no number here that could be compared.
    if (pid !== 0 && said.pid !== String(pid)) {
      return `it says it is process ${said.pid}, not ${pid}`;
    }
    if (said.uid !== String(uid)) return `it says it is user ${said.uid}, not ${uid}`;
    if (said.gid !== String(gid)) return `it says it is of group ${said.gid}, not ${gid}`;
  }
  if (rules === undefined) return undefined;
  if (credentials === undefined) return "the kernel does not report its identity";
  const { uid, gid } = credentials;
  if (uid === 0) return undefined;
  const rule = rules.find(({ client }) => client === (casual ? "anon" : name)) ??
    (casual ? undefined : rules.find(({ client }) => client === "default"));
  if (rule === undefined) return `only root may sign on as ${name}`;
  return rule.uids.includes(uid) || rule.gids.includes(gid)
    ? undefined
    : `user ${uid} of group ${gid} may not sign on as ${casual ? "a casual client" : name}`;
}
