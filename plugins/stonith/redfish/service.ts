/**
 * A Redfish service: requests with a session or a password, and answers as JSON.
 *
 * @module
 */
import { messageOf } from "../../../metadata/message_of.ts";
import { ask, type HttpAnswer, type HttpPlace } from "../../handler/stonith/http.ts";
import type { Secret } from "../../handler/stonith/secret_file.ts";
import { reasonIn } from "./system.ts";
import { unsuccessful, unusable } from "../../handler/stonith/fault.ts";

/** Who logs in, and how. */
export interface Login {
  readonly user: string;
  readonly password: Secret;
  readonly auth: "session" | "basic";
}

const sessions = "/redfish/v1/SessionService/Sessions";

/** See the head of the file. */
export class Service {
  readonly #place: HttpPlace;
  readonly #login: Login;
  #session: { readonly token: string; readonly path: string | undefined } | undefined;

  constructor(place: HttpPlace, login: Login) {
    this.#place = place;
    this.#login = login;
  }

  /** Reads a resource. @throws {Error} if the service refuses. */
  get = (path: string, signal: AbortSignal): Promise<unknown> =>
    this.#asked("GET", path, undefined, signal);

  /** Starts an action. @throws {Error} if the service refuses. */
  async post(path: string, body: unknown, signal: AbortSignal): Promise<void> {
    await this.#asked("POST", path, JSON.stringify(body), signal);
  }

  /** Ends the session: a controller has few of them. */
  async close(signal: AbortSignal): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session?.path === undefined) return;
    const headers = { "x-auth-token": session.token };
    await ask(this.#place, { method: "DELETE", path: session.path, headers }, signal);
  }

  async #asked(
    method: string,
    path: string,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<unknown> {
    try {
      const hadSession = this.#session !== undefined;
      let answer = await this.#once(method, path, body, signal);
      if (answer.status === 401 && hadSession) {
        // The session was too old, or the controller has started again.
        this.#session = undefined;
        answer = await this.#once(method, path, body, signal);
      }
      return valueOf(answer, `${method} ${path}`);
    } catch (error) {
      throw new Error(this.#login.password.hide(messageOf(error)));
    }
  }

  async #once(
    method: string,
    path: string,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const headers = {
      ...(await this.#credentials(signal)),
      "odata-version": "4.0",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    };
    return await ask(this.#place, { method, path, headers, body }, signal);
  }

  async #credentials(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { user, password, auth } = this.#login;
    if (auth === "basic") {
      const both = new TextEncoder().encode(`${user}:${password.value()}`);
      return { authorization: `Basic ${both.toBase64()}` };
    }
    if (this.#session === undefined) {
      const answer = await ask(this.#place, {
        method: "POST",
        path: sessions,
        headers: { "content-type": "application/json", "odata-version": "4.0" },
        body: JSON.stringify({ UserName: user, Password: password.value() }),
      }, signal);
      valueOf(answer, "the login");
      const token = answer.headers["x-auth-token"];
      if (token === undefined) throw unusable("it gives no session", 'set auth to "basic"');
      // Some services give an address here: only its path is used.
      const path = /^(?:https?:\/\/[^/]+)?(\/redfish\/[!-~]{1,500})$/
        .exec(answer.headers["location"] ?? "")?.[1];
      this.#session = { token, path };
    }
    return { "x-auth-token": this.#session.token };
  }
}

function valueOf({ status, body }: HttpAnswer, what: string): unknown {
  let value: unknown;
  try {
    value = body === "" ? {} : JSON.parse(body);
  } catch {
    value = undefined;
  }
  if (status === 401 || status === 403) {
    throw unsuccessful(`${what}: the user or password is refused (${status})`, "correct them");
  }
  if (status >= 300) throw new Error(`${what} is answered with ${status}: ${reasonIn(value)}`);
  if (value === undefined) throw new Error(`${what} is not answered with JSON`);
  return value;
}
