/**
 * A client of SMTP (RFC 5321) that sends one mail: with TLS from the begin or by STARTTLS (RFC 3207), and
 * with AUTH PLAIN or LOGIN (RFC 4954).
 *
 * @module
 */

import { withCode } from "../../../metadata/code.ts";

/** Where the server is, and how it is recognized. */
export interface SmtpPlace {
  readonly address: string;
  readonly port: number;
  readonly security: "starttls" | "tls" | "none";
  /** Name in its certificate; its address if left out. */
  readonly servername?: string | undefined;
  readonly ca?: string | undefined;
  readonly user?: string | undefined;
  readonly password: string;
}

/** A mail, ready to be sent: `data` has its headers, and no line that begins with a dot. */
export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly data: string;
}

/** Characters of one answer at most. */
const replyCharactersMax = 16_384;

/** Sends it. @throws {Error} with what the server said, if it does not take the mail. */
export async function sendMail(place: SmtpPlace, mail: Mail, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { address: hostname, port, security } = place;
  // A connection that nobody answers is given up by the caller; this closes it when it comes.
  const wire = new Wire(await connected(Deno.connect({ hostname, port }), signal));
  const stop = () => wire.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (security === "tls") await protect(wire, place);
    await wire.reply(220, "the greeting");
    let offers = await wire.ask("EHLO localhost", 250);
    if (security === "starttls") {
      if (!/^STARTTLS\b/im.test(offers)) {
        throw new Error(
          withCode("HA7032", "the server offers no STARTTLS. Fix: set security to tls or none"),
        );
      }
      await wire.ask("STARTTLS", 220);
      await protect(wire, place);
      offers = await wire.ask("EHLO localhost", 250);
    }
    await login(wire, place, offers);
    await wire.ask(`MAIL FROM:<${mail.from}>`, 250);
    await wire.ask(`RCPT TO:<${mail.to}>`, 250);
    await wire.ask("DATA", 354);
    await wire.ask(`${mail.data}\r\n.`, 250, "the mail");
    await wire.ask("QUIT", 221).catch(() => {}); // it has the mail
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", stop);
    wire.close();
  }
}

async function connected(opening: Promise<Deno.TcpConn>, signal: AbortSignal): Promise<Deno.Conn> {
  const late = Promise.withResolvers<never>();
  const stop = () => late.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([opening, late.promise]);
  } catch (error) {
    opening.then((conn) => conn.close(), () => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

const protect = (wire: Wire, { address, servername, ca }: SmtpPlace): Promise<void> =>
  wire.protect({
    hostname: servername ?? address,
    ...(ca === undefined ? {} : { caCerts: [ca] }),
  });

async function login(wire: Wire, { user, password }: SmtpPlace, offers: string): Promise<void> {
  if (user === undefined) return;
  const methods = /^AUTH[ =](.*)$/im.exec(offers)?.[1]?.toUpperCase().split(/\s+/) ?? [];
  const base64 = (text: string) => new TextEncoder().encode(text).toBase64();
  if (methods.includes("PLAIN")) {
    await wire.ask(`AUTH PLAIN ${base64(`\0${user}\0${password}`)}`, 235, "AUTH PLAIN");
  } else if (methods.includes("LOGIN")) {
    await wire.ask("AUTH LOGIN", 334);
    await wire.ask(base64(user), 334, "the user");
    await wire.ask(base64(password), 235, "the password");
  } else throw new Error("the server offers neither AUTH PLAIN nor AUTH LOGIN");
}

/** The lines of a connection, which TLS may come to protect. */
class Wire {
  #conn: Deno.Conn;
  #text = "";
  #closed = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** What came before belongs to nobody: it was not protected. */
  async protect(options: Deno.StartTlsOptions): Promise<void> {
    this.#text = "";
    if (!isTcp(this.#conn)) throw new TypeError("only a TCP connection can be protected");
    const conn = await Deno.startTls(this.#conn, options);
    this.#conn = conn;
    if (this.#closed) conn.close();
    await conn.handshake();
  }

  close(): void {
    if (!this.#closed) this.#conn.close();
    this.#closed = true;
  }

  /** Sends a line. @throws {Error} if the answer has another code. */
  async ask(line: string, code: number, what = line): Promise<string> {
    let bytes = new TextEncoder().encode(`${line}\r\n`);
    while (bytes.length > 0) bytes = bytes.subarray(await this.#conn.write(bytes));
    return await this.reply(code, what);
  }

  /** The text of the next answer, without its codes. */
  async reply(code: number, what: string): Promise<string> {
    const buffer = new Uint8Array(4_096);
    for (;;) {
      const end = /^(?:\d{3}-.*\r?\n)*\d{3}(?: .*)?\r?\n/.exec(this.#text);
      if (end !== null) {
        const [whole] = end;
        this.#text = this.#text.slice(whole.length);
        const text = whole.trimEnd().split(/\r?\n/).map((one) => one.slice(4)).join("\n");
        if (whole.startsWith(String(code))) return text;
        throw new Error(`the server answers ${what} with ${whole.slice(0, 3)} ${text}`);
      }
      if (this.#text.length > replyCharactersMax) throw new Error("an answer is too long");
      const count = await this.#conn.read(buffer);
      if (count === null) throw new Error("the server has closed the connection");
      this.#text += new TextDecoder().decode(buffer.subarray(0, count));
    }
  }
}

const isTcp = (conn: Deno.Conn): conn is Deno.TcpConn => conn.remoteAddr.transport === "tcp";
