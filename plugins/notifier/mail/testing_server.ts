/**
 * For tests: an SMTP server that keeps the mails it is sent. It runs in a process of its own, since a
 * test has only the rights of its plugin.
 *
 *     deno run ... testing_server.ts '{"port":...}'
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { connect, createServer, type Socket } from "node:net";
import { createServer as createTls } from "node:tls";
import { filePath } from "../../../pils/found.ts";

/** How it behaves. */
export interface ServerOptions {
  readonly port: number;
  /** Where the protected part of its sessions is; absent: TLS from the begin. */
  readonly insidePort?: number;
  readonly cert: string;
  readonly key: string;
  readonly methods?: string;
  /** Where it keeps what comes, a line of JSON each. */
  readonly file: string;
}

/** A mail that came, or the credentials of a login. */
export interface Came {
  readonly to?: string;
  readonly data?: string;
  readonly login?: string;
}

/** Starts one on the loopback. It says nothing to `nobody@` forever. */
export async function startServer(options: ServerOptions): Promise<Deno.ChildProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--no-check", "--cached-only", "--quiet", "--allow-net=127.0.0.1"],
      `--config=${filePath(new URL("../../../deno.json", import.meta.url))}`,
      `--allow-write=${options.file}`,
      filePath(new URL(import.meta.url)),
      JSON.stringify(options),
    ],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  return child;
}

/** What has come so far. */
export async function cameTo(file: string): Promise<readonly Came[]> {
  const text = await Deno.readTextFile(file).catch(() => "");
  return text.split("\n").filter((row) => row !== "").map((row) => JSON.parse(row));
}

interface Sessions {
  readonly methods: string;
  readonly keep: (came: Came) => void;
}

async function run({ port, insidePort, cert, key, methods, file }: ServerOptions): Promise<void> {
  const sessions: Sessions = {
    methods: methods ?? "PLAIN LOGIN",
    keep: (came) => Deno.writeTextFileSync(file, `${JSON.stringify(came)}\n`, { append: true }),
  };
  const quiet = (socket: Socket) => socket.on("error", () => {});
  // With STARTTLS the rest of a session is passed on to it as it is.
  const inside = createTls({ cert, key }, (socket) => {
    serve(quiet(socket), sessions, insidePort === undefined);
  });
  const outside = createServer((socket) => {
    serve(quiet(socket), sessions, true, () => {
      const inner = quiet(connect({ host: "127.0.0.1", port: insidePort ?? port }));
      socket.pipe(inner);
      inner.pipe(socket);
    });
  });
  for (const server of insidePort === undefined ? [inside] : [inside, outside]) {
    const ready = Promise.withResolvers<void>();
    server.listen(server === outside ? port : insidePort ?? port, "127.0.0.1", ready.resolve);
    await ready.promise;
  }
  console.log("ready");
}

/** @param startTls absent: the session is protected. */
function serve(
  socket: Socket,
  { keep, methods }: Sessions,
  greet: boolean,
  startTls?: () => void,
): void {
  let [text, to, data]: [string, string, string[] | undefined] = ["", "", undefined];
  let login: string[] | undefined;
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  if (greet) say("220-test\r\n220 ready");
  const onLine = (line: string): void => {
    if (data !== undefined) {
      if (line !== ".") return void data.push(line);
      keep({ to, data: data.join("\n") });
      data = undefined;
      return say("250 taken");
    }
    if (login !== undefined) {
      login.push(Buffer.from(line, "base64").toString());
      if (login.length < 2) return say("334 UGFzc3dvcmQ6");
      keep({ login: login.join(" ") });
      login = undefined;
      return say("235 welcome");
    }
    const [verb = ""] = line.toUpperCase().split(/[ :]/);
    if (verb === "EHLO") {
      const offer = startTls === undefined ? `AUTH ${methods}` : "STARTTLS";
      say(`250-test\r\n250-${offer}\r\n250 8BITMIME`);
    } else if (verb === "STARTTLS") {
      socket.removeAllListeners("data");
      startTls?.();
      say("220 go");
    } else if (line.startsWith("AUTH PLAIN ")) {
      const given = Buffer.from(line.slice(11), "base64").toString().split("\0").slice(1).join(" ");
      if (given.endsWith("wrong")) return say("535 5.7.8 authentication failed");
      keep({ login: given });
      say("235 welcome");
    } else if (line === "AUTH LOGIN") {
      login = [];
      say("334 VXNlcm5hbWU6");
    } else if (line.startsWith("RCPT TO:")) {
      to = line.slice(8).replace(/[<>]/g, "");
      if (to.startsWith("nobody@")) return; // and no answer ever
      say(to.startsWith("unknown@") ? "550 no such user" : "250 ok");
    } else if (verb === "DATA") {
      data = [];
      say("354 go on");
    } else if (verb === "QUIT") socket.end("221 bye\r\n");
    else say("250 ok");
  };
  socket.on("data", (chunk: Uint8Array) => {
    text += new TextDecoder().decode(chunk);
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n")) {
      const line = text.slice(0, at).replace(/\r$/, "");
      text = text.slice(at + 1);
      onLine(line);
    }
  });
}

if (import.meta.main) await run(JSON.parse(Deno.args[0] ?? "{}"));
