/**
 * Who may sign on under which name, as `apiauth` of the original says it.
 *
 * The kernel's word on the other end counts, never what a client says of itself. Where it cannot be
 * asked (`ffi` is not granted) there are no rules, and the owner and mode of the socket decide.
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
  if (credentials === undefined) return "the kernel does not say who it is";
  const { uid, gid } = credentials;
  if (uid === 0) return undefined;
  const rule = rules.find(({ client }) => client === (casual ? "anon" : name)) ??
    (casual ? undefined : rules.find(({ client }) => client === "default"));
  if (rule === undefined) return `no rule lets anybody but root sign on as ${name}`;
  return rule.uids.includes(uid) || rule.gids.includes(gid)
    ? undefined
    : `user ${uid} of group ${gid} may not sign on as ${casual ? "a casual client" : name}`;
}
