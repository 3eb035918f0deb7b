/**
 * A Redfish service for tests, with the systems `1` and `2`: written from DSP0266 and the schema
 * ComputerSystem, not from this plugin.
 *
 * @module
 */
import { clearTimer, pause, setTimer, type Timer } from "../../../metadata/timer.ts";
import type { TestCertificate } from "../../handler/stonith/testing_certificate.ts";
import type { Mood } from "../../handler/stonith/testing_moods.ts";

/** Its user. */
export const [user, password] = ["fencer", "correct horse battery"];

/** See the head of the file. */
export class TestingService {
  mood: Mood = "good";
  readonly power: Record<string, string> = { "1": "On", "2": "On" };
  /** Milliseconds in which a system goes on or off. */
  movesMs = 0;
  /** Whether the values of ResetType are in a resource of their own. */
  actionInfo = false;
  allowed: readonly string[] = ["On", "ForceOff", "GracefulShutdown", "PowerCycle"];
  readonly sessions = new Set<string>();
  logins = 0;
  readonly #timers = new Set<Timer>();
  readonly #hanging = new Set<() => void>();
  #server: Deno.HttpServer | undefined;

  start(port: number, { cert, key }: TestCertificate): void {
    const options = { hostname: "127.0.0.1", port, cert, key, onListen() {} };
    this.#server = Deno.serve(options, (request) => this.#moody(request));
  }

  async close(): Promise<void> {
    this.#free();
    for (const timer of this.#timers) clearTimer(timer);
    await this.#server?.shutdown();
  }

  set(mood: Mood): void {
    this.mood = mood;
    if (mood !== "good") return;
    this.#free();
    this.power["1"] = this.power["2"] = "On";
  }

  #free(): void {
    for (const free of this.#hanging) free();
    this.#hanging.clear();
  }

  async #moody(request: Request): Promise<Response> {
    const body = await request.text();
    if (this.mood === "slow") await pause(100);
    if (this.mood === "hangs") await new Promise<void>((free) => this.#hanging.add(free));
    if (this.mood === "drops") {
      const begun = new ReadableStream({ start: (stream) => stream.close() });
      return new Response(begun, { headers: { "content-length": "10" } });
    }
    return this.#answer(request, body);
  }

  #answer({ method, url, headers }: Request, body: string): Response {
    const { pathname } = new URL(url);
    const failed = (status: number, message: string) =>
      Response.json({ error: { "@Message.ExtendedInfo": [{ Message: message }] } }, { status });
    if (method === "POST" && pathname === "/redfish/v1/SessionService/Sessions") {
      const { UserName, Password } = JSON.parse(body);
      if (UserName !== user || Password !== password) return failed(401, `wrong: ${Password}`);
      const token = `token-${++this.logins}`;
      this.sessions.add(token);
      const location = `https://bmc.example${pathname}/${this.logins}`;
      return Response.json({}, { status: 201, headers: { "x-auth-token": token, location } });
    }
    const basic = `Basic ${btoa(`${user}:${password}`)}`;
    const token = headers.get("x-auth-token") ?? "";
    if (!this.sessions.has(token) && headers.get("authorization") !== basic) {
      return failed(401, "no session");
    }
    if (method === "DELETE") {
      this.sessions.delete(token);
      return new Response(null, { status: 204 });
    }
    const members = Object.keys(this.power).map((id) => ({
      "@odata.id": `/redfish/v1/Systems/${id}`,
    }));
    if (pathname === "/redfish/v1/Systems") return Response.json({ Members: members });
    if (pathname === "/redfish/v1/ResetInfo") {
      const parameter = { Name: "ResetType", AllowableValues: this.allowed };
      return Response.json({ Parameters: [parameter] });
    }
    const [, id = "", action] = /^\/redfish\/v1\/Systems\/(\w+)(\/.*)?$/.exec(pathname) ?? [];
    if (this.power[id] === undefined) return failed(404, "no such system");
    if (method === "POST" && action === "/Actions/ComputerSystem.Reset") {
      return this.#reset(id, JSON.parse(body).ResetType) ?? failed(409, `refused, ${password}`);
    }
    const values = this.actionInfo
      ? { "@Redfish.ActionInfo": "/redfish/v1/ResetInfo" }
      : { "ResetType@Redfish.AllowableValues": this.allowed };
    const target = `/redfish/v1/Systems/${id}/Actions/ComputerSystem.Reset`;
    return Response.json({
      Id: id,
      PowerState: this.power[id],
      Actions: { "#ComputerSystem.Reset": { target, ...values } },
    });
  }

  #reset(id: string, type: string): Response | undefined {
    const wanted = { ForceOff: "Off", On: "On" }[type];
    if (this.mood === "refuses" || wanted === undefined || this.power[id] === wanted) {
      return undefined;
    }
    const which = this.mood === "other" ? "2" : id;
    if (this.mood !== "lies") {
      this.power[which] = `Powering${wanted}`;
      if (this.movesMs === 0) this.power[which] = wanted;
      else this.#timers.add(setTimer(() => this.power[which] = wanted, this.movesMs));
    }
    return new Response(null, { status: 204 });
  }
}
