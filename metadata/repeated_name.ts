/**
 * Names that a JSON text gives twice within one object. `JSON.parse` keeps the last value without a
 * word, and a person who reviews the text may have read the first.
 *
 * @module
 */

/** Texts, and the signs that open, close and part; what is between them does not matter. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/**
 * The first name that is given twice, as a path, such as `media[0].port`.
 *
 * @param json a text that `JSON.parse` accepts.
 */
export function repeatedName(json: string): string | undefined {
  const open: { names?: Set<string>; at: string | number }[] = [];
  let last = "";
  for (const [sign] of json.matchAll(token)) {
    const inner = open.at(-1);
    if (sign === "{") open.push({ names: new Set(), at: "" });
    else if (sign === "[") open.push({ at: 0 });
    else if (sign === "}" || sign === "]") open.pop();
    else if (sign === "," && typeof inner?.at === "number") inner.at++;
    else if (sign === ":" && inner?.names !== undefined) {
      const name: unknown = JSON.parse(last);
      inner.at = String(name);
      if (inner.names.has(inner.at)) return pathOf(open.map(({ at }) => at));
      inner.names.add(inner.at);
    } else last = sign;
  }
  return undefined;
}

const pathOf = (steps: readonly (string | number)[]): string =>
  steps.map((step, at) => typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`)
    .join("");
