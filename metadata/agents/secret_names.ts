/**
 * The parameters of agents that are secrets. Their meta-data cannot mark them, so the name decides.
 *
 * @module
 */

/** Names that no pattern finds, seen in agents upstream. */
const named: ReadonlySet<string> = new Set([
  "access_key",
  "auth_key",
  "community",
  "key",
  "key_value",
  "pin",
  "pincode",
  "private_key_passwd",
  "snmp_priv_passwd",
  "tlskey",
]);

const pattern =
  /(?:^|[_-])(?:passwd|password|pass|pwd|passphrase|passcode|secret|token|apikey|api[_-]key|secret[_-]key|private[_-]key|authkey|credentials?)$|(?:passwd|password|passphrase|_pwd)$|^secret/i;

/** Twins that name where a secret is kept, or how it is passed, and are none themselves. */
const twin = /(?:_|-)(?:script|file|path|method|type|prompt|command|url|uri|plain|store)$/i;

/** Whether a parameter of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return !twin.test(name) && (named.has(name.toLowerCase()) || pattern.test(name));
}
