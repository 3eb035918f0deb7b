/**
 * One HTTP request to a management controller: over TLS with a pinned certificate or a CA, bounded in
 * time and size, without redirects. The platform's `fetch` can pin no certificate, and controllers
 * have certificates that no public authority has signed.
 *
 * @module
 */
import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { messageOf } from "../../../metadata/message_of.ts";
import { type HttpAnswer, HttpReader } from "./http_answer.ts";
import { unsuccessful } from "./fault.ts";

/** Where the controller is, and how it is recognized. */
export interface HttpPlace {
  readonly address: string;
  readonly port: number;
  /** Without TLS everybody on the way reads the password. */
  readonly plain?: boolean;
  /** SHA-256 of its certificate, in hexadecimal digits; then no authority is asked. */
  readonly fingerprint?: string | undefined;
  /** PEM of the authority that has signed its certificate. */
  readonly ca?: string | undefined;
}

/** What is asked. */
export interface HttpRequest {
  readonly method: string;
  /** Begins with a slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Characters of a request at most. */
const requestCharactersMax = 65_536;

/**
 * Asks, and gives the answer, whatever its status.
 *
 * @throws {Error} if there is no answer, or the controller is not the one that was pinned.
 */
export async function ask(
  place: HttpPlace,
  request: HttpRequest,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const text = textOf(place, request);
  signal.throwIfAborted();
  const socket = place.plain === true
    ? connectPlain({ host: place.address, port: place.port })
    : connectTls({
      host: place.address,
      port: place.port,
      rejectUnauthorized: place.fingerprint === undefined,
      ...(place.ca === undefined ? {} : { ca: place.ca }),
    });
  try {
    return await answerOf(socket, place, text, signal);
  } catch (error) {
    throw new Error(`${shown(place)}: ${messageOf(error)}`);
  } finally {
    socket.destroy();
  }
}

const shown = ({ address, port }: HttpPlace): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

function answerOf(
  socket: Socket | TLSSocket,
  { plain, fingerprint }: HttpPlace,
  text: string,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const reader = new HttpReader();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  socket.on("error", (error) => reject(error));
  socket.on(plain === true ? "connect" : "secureConnect", () => {
    try {
      // Before anything is sent: the first words contain the password.
      if (fingerprint !== undefined) recognize(socket, fingerprint);
      socket.write(text);
    } catch (error) {
      reject(error);
    }
  });
  socket.on("data", (chunk) => {
    try {
      const answer = reader.add(new Uint8Array(chunk));
      if (answer !== undefined) resolve(answer);
    } catch (error) {
      reject(error);
    }
  });
  socket.on("close", () => {
    try {
      resolve(reader.end());
    } catch (error) {
      reject(error);
    }
  });
  return promise.finally(() => signal.removeEventListener("abort", stop));
}

function recognize(socket: Socket | TLSSocket, fingerprint: string): void {
  const found = "getPeerCertificate" in socket ? socket.getPeerCertificate().fingerprint256 : "";
  const bare = (text: string) => text.replaceAll(":", "").toLowerCase();
  if (found !== undefined && found !== "" && bare(found) === bare(fingerprint)) return;
  throw unsuccessful(
    `its certificate has the fingerprint ${found}, which is not the pinned one`,
    "find out why, and pin the new one if it is right",
  );
}

/** @throws {Error} if a part would end its line: it could say something else. */
function textOf(place: HttpPlace, { method, path, headers = {}, body }: HttpRequest): string {
  if (!/^[A-Z]{1,16}$/.test(method)) throw new Error(`"${method}" is not a method`);
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  if (!/^\/[^\x00-\x20\x7f]*$/.test(path)) throw new Error(`"${path}" is not a path`);
  const bytes = body === undefined ? 0 : new TextEncoder().encode(body).length;
  const all = Object.entries({
    host: shown(place),
    connection: "close",
    accept: "*/*",
    ...(body === undefined && method === "GET" ? {} : { "content-length": String(bytes) }),
    ...headers,
  });
  for (const [name, value] of all) {
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    if (!/^[A-Za-z0-9-]{1,64}$/.test(name) || /[\x00-\x1f\x7f]/.test(value)) {
      throw new Error(`the header "${name}" is not one line`);
    }
  }
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const text = `${method} ${path} HTTP/1.1\r\n${head}\r\n${body ?? ""}`;
  if (text.length > requestCharactersMax) {
    throw new Error(`the request has more than ${requestCharactersMax} characters`);
  }
  return text;
}

export type { HttpAnswer };
