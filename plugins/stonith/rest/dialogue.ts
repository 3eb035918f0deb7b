/**
 * A dialogue out of its parameters: requests from templates, and a state from an answer.
 *
 * @module
 */
import { clip } from "../../../metadata/clip.ts";
import type { Config } from "../../../pils/manifest.ts";
import type { HttpAnswer, HttpRequest } from "../../handler/stonith/http.ts";
import type { Power } from "../../handler/stonith/power_switch.ts";
import type { Secret } from "../../handler/stonith/secret_file.ts";
import type manifest from "./manifest.ts";
import { withCode } from "../../../metadata/code.ts";

type Parameters = Config<typeof manifest>;

/** What may stand where. The token stands in no path: servers and proxies log paths. */
const places: Readonly<Record<string, readonly string[]>> = {
  path: ["plug"],
  body: ["plug", "token"],
  authvalue: ["token", "basic"],
};

/** See the head of the file. */
export class Dialogue {
  readonly #given: Parameters;
  readonly #token: Secret;

  /** @throws {Error} that names every parameter that cannot be used. */
  constructor(given: Parameters, token: Secret) {
    const wrong = [
      ...["status", "off", "on"].flatMap((step) =>
        ["path", "body"].map((part) => [`${step}${part}`, part] as const)
      ),
      ["authvalue", "authvalue"] as const,
    ].flatMap(([name, kind]) => wrongIn(name, kind, Object.entries(given)));
    if (wrong.length > 0) throw new Error(wrong.join("; "));
    this.#given = given;
    this.#token = token;
  }

  /** The request that asks for the state. */
  status({ statusmethod, statuspath, statusbody }: Parameters, plug: string): HttpRequest {
    return this.#request(statusmethod, statuspath, statusbody, plug);
  }

  /** The request that switches. */
  order(given: Parameters, plug: string, power: Power): HttpRequest {
    return power === "on"
      ? this.#request(given.onmethod, given.onpath, given.onbody, plug)
      : this.#request(given.offmethod, given.offpath, given.offbody, plug);
  }

  /** The state in an answer. @throws {Error} if it is neither on nor off. */
  state({ body }: HttpAnswer): Power {
    const { statuspointer, onvalues, offvalues } = this.#given;
    const said = statuspointer === undefined ? body : pointed(body, statuspointer);
    const is = (values: readonly string[]) =>
      values.some((value) => value.toLowerCase() === said.trim().toLowerCase());
    const [on, off] = [is(onvalues), is(offvalues)];
    if (on !== off) return on ? "on" : "off";
    throw new Error(`its state "${clip(said.trim(), 80)}" is neither on nor off`);
  }

  #request(method: string, path: string, body: string | undefined, plug: string): HttpRequest {
    const { authheader, authvalue, contenttype, user = "" } = this.#given;
    const token = this.#token.value();
    const basic = new TextEncoder().encode(`${user}:${token}`).toBase64();
    const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
    return {
      method,
      path: filled(path, { plug: encodeURIComponent(plug) }),
      headers: {
        ...(token === "" ? {} : { [authheader]: filled(authvalue, { token, basic }) }),
        ...(body === undefined ? {} : { "content-type": contenttype }),
      },
      body: body === undefined
        ? undefined
        : filled(body, { plug: inJson(plug), token: inJson(token) }),
    };
  }
}

const placeholder = /\{([a-z]+)\}/g;

function wrongIn(
  name: string,
  kind: string,
  given: readonly (readonly [string, unknown])[],
): string[] {
  const text = given.find(([one]) => one === name)?.[1];
  if (typeof text !== "string") return [];
  const known = places[kind] ?? [];
  const other = [...text.matchAll(placeholder)]
    .map(([, word = ""]) => word)
    .filter((word) => !known.includes(word));
  return [
    ...other.map((word) =>
      withCode(
        "HA8002",
        `${name}: {${word}} is not known here. Fix: use ${
          known.map((one) => `{${one}}`).join(" or ")
        }`,
      )
    ),
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    ...(kind === "path" && !/^\/[^\x00-\x20\x7f]*$/.test(text)
      ? [
        withCode(
          "HA8002",
          `${name}: "${clip(text, 80)}" is not a path. Fix: begin with /, without blanks`,
        ),
      ]
      : []),
  ];
}

function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(placeholder, (whole, word: string) => values[word] ?? whole);
}

/** The text, number or boolean at a JSON pointer (RFC 6901). */
function pointed(body: string, pointer: string): string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Error("its answer is not JSON");
  }
  for (const step of pointer.slice(1).split("/")) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    value = typeof value === "object" && value !== null
      ? Object.entries(value).find(([name]) => name === key)?.[1]
      : undefined;
  }
  if (["string", "number", "boolean"].includes(typeof value)) return String(value);
  throw new Error(`its answer has no state at ${pointer}`);
}
