/**
 * What an action reports beside its code, in lines of its output: the promotion score of its instance, and
 * why it failed. It may do no more than its permissions say, so it has no way to the cluster.
 *
 * @module
 */
const prefix = "ha-promotion-score: ";

/** The line for a score; null takes it back. */
export const promotionLine = (score: unknown): string => `${prefix}${score ?? "none"}`;

/** Begins the line in which an agent says why it failed, as in OCF. */
const reasonPrefix = "ocf-exit-reason:";
/** Characters of a reason. */
const reasonCharactersMax = 1_024;

/** What an action has reported, and the rest of what it has said. */
export function reportedIn(
  output: string,
): { readonly output: string; readonly promotion?: number | null; readonly reason?: string } {
  const { output: rest, ...promotion } = promotionIn(output);
  const line = rest.split("\n").findLast((line) => line.startsWith(reasonPrefix));
  const reason = line?.slice(reasonPrefix.length).trim().slice(0, reasonCharactersMax);
  return { output: rest, ...promotion, ...(reason === undefined ? {} : { reason }) };
}

function promotionIn(
  output: string,
): { readonly output: string; readonly promotion?: number | null } {
  const lines = output.split("\n");
  const given = lines.findLast((line) => line.startsWith(prefix))?.slice(prefix.length);
  if (given === undefined) return { output };
  const rest = lines.filter((line) => !line.startsWith(prefix)).join("\n");
  if (given === "none") return { output: rest, promotion: null };
  return /^-?\d{1,7}$/.test(given) ? { output: rest, promotion: Number(given) } : { output };
}
