/**
 * The matrix of access on a real node, by real other users: each role has a user of its own, whom the
 * kernel names to heartbeat. Needs root, to become them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { differenceOf, readCib } from "../../daemons/cib/doors/document.ts";
import { methodOf } from "../../daemons/mgmtd/api/mod.ts";
import { commandOf } from "../../daemons/mgmtd/commands/steer.ts";
import { realCluster, until } from "../../daemons/mgmtd/commands/testing/real_cluster.ts";
import { parseCall } from "../../daemons/mgmtd/parse_call.ts";
import { applied, documentOf } from "../../daemons/mgmtd/steer/node.ts";
import { aboutAt } from "../../daemons/mgmtd/steer/run_change.ts";
import { valuesOf } from "../../daemons/mgmtd/steer/values.ts";
import { type Client, connect } from "../../daemons/runtime/client.ts";
import type { CibChange, Message } from "../../daemons/runtime/messages.ts";
import { type Cell, cells, matrixConfiguration } from "../access_matrix.ts";

/** Numbers that no user of a system has. */
const firstUid = 700_000;
const stranger = 799_999;
const group = 799_998;
const project = decodeURIComponent(new URL("../..", import.meta.url).pathname).replace(/\/$/, "");

const isRoot = (): boolean => {
  const { stdout } = new Deno.Command("/bin/sh", { args: ["-c", "id -u; command -v setpriv"] })
    .outputSync();
  return /^0\n\//.test(new TextDecoder().decode(stdout));
};

/** A program of a user. */
class Probe implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: AsyncIterator<string>;

  constructor(socket: string, uid: number, groups: readonly number[] = [], asUser = "yes") {
    const more = groups.length === 0 ? "--clear-groups" : `--groups=${groups.join(",")}`;
    this.#child = new Deno.Command("setpriv", {
      args: [
        `--reuid=${uid}`,
        `--regid=${uid}`,
        more,
        "--",
        Deno.execPath(),
        "run",
        "--no-prompt",
        "--no-check",
        "--quiet",
        `--config=${project}/deno.json`,
        ...["net=unix:", "read=", "write="].map((name) => `--allow-${name}${socket}`),
        `${project}/tests/interop/access_probe.ts`,
        socket,
        asUser,
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
      clearEnv: true,
      env: { DENO_DIR: `${project}/.test/access-deno/${uid}` },
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#lines = linesOf(this.#child.stdout);
  }

  async answer(): Promise<Record<string, unknown>> {
    const { value = "{}" } = await this.#lines.next();
    return JSON.parse(value);
  }

  async ask(to: string, message: Message, waitMs?: number): Promise<Record<string, unknown>> {
    const line = `${JSON.stringify({ to, message, waitMs })}\n`;
    await this.#writer.write(new TextEncoder().encode(line));
    return await this.answer();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    while (!(await this.#lines.next()).done);
    await this.#child.status;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    text += part;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
}

/** Cells that each user tries, unless `--all` asks for all: a write of a resource takes a second. */
const cellsOfUser = Deno.args.includes("--all") ? Infinity : 2;

/** Cells over the socket for users, by the rules of their role. */
const byRules = new Map<string, Cell[]>();
for (const cell of cells().filter(({ socket }) => socket === "user")) {
  const key = cell.role.rules.join("|");
  byRules.set(key, [...byRules.get(key) ?? [], cell]);
}
const users = [...byRules.values()].map((of, at) => ({
  uid: firstUid + at,
  of: spread(of, cellsOfUser),
}));

/** So many of a list, from all over it. */
function spread<T>(of: readonly T[], count: number): readonly T[] {
  if (of.length <= count) return of;
  return Array.from({ length: count }, (_, at) => of[Math.floor((at * of.length) / count)])
    .filter((one) => one !== undefined);
}

/** The configuration with all users and their roles. */
function configuration(): string {
  const base = matrixConfiguration({ name: "none", rules: [] }, "nobody-else");
  const roles = users.map(({ uid, of: [cell] }) =>
    `<acl_role id="role-${uid}">${
      cell?.role.rules.map((rule, at) => `<acl_permission id="role-${uid}-${at}" ${rule}/>`).join(
        "",
      ) ?? ""
    }</acl_role><acl_target id="user-${uid}" name="${uid}"><role id="role-${uid}"/></acl_target>`
  ).join("");
  const reader = users.find(({ of: [cell] }) => cell?.role.name === "reader");
  const ofGroup =
    `<acl_group id="group" name="${group}"><role id="role-${reader?.uid}"/></acl_group>`;
  return base.replace("</acls>", `${roles}${ofGroup}</acls>`).replace(
    `<nvpair id="on"`,
    `<nvpair id="mm" name="maintenance-mode" value="true"/><nvpair id="on"`,
  );
}

/** What an operation would write on what somebody sees; undefined: it does not come to that. */
function changesOf({ operation, words }: Cell, xml: string): readonly CibChange[] | undefined {
  const command = commandOf(operation);
  const line = [...command.path, ...words.split(" ").filter((word) => word !== "")];
  const parsed = parseCall([command], line);
  assert(parsed.type === "call");
  const values = valuesOf(operation, parsed.call);
  assert(typeof values !== "string");
  const seen = readCib(xml);
  if (operation.effect === "read") {
    return "problems" in operation.read(seen, values, aboutAt(Date.now())) ? undefined : [];
  }
  const worked = operation.change(seen, values, aboutAt(Date.now()));
  return "problems" in worked ? undefined : differenceOf(seen, worked.cib);
}

async function configured(owner: Client): Promise<void> {
  const made = readCib(`<configuration>${configuration()}</configuration>`);
  const before = await documentOf(owner);
  const after = {
    ...before,
    children: before.children.map((child) =>
      child.type === "element" && child.name.raw === "configuration" ? made : child
    ),
  };
  const { ok, error } = await applied(owner, differenceOf(before, after));
  assert(ok, error);
}

/** One user tries what its role is for; gives the cells that came out otherwise. */
async function tryAll(
  owner: Client,
  socket: string,
  { uid, of }: typeof users[number],
): Promise<readonly string[]> {
  const wrong: string[] = [];
  await using probe = new Probe(socket, uid);
  assert.deepEqual(await probe.answer(), { connected: true });
  for (const cell of of) {
    const before = await documentOf(owner);
    const { xml, denied } = await probe.ask("cib", { type: "cib/query", id: "1" });
    const changes = denied === undefined && typeof xml === "string"
      ? changesOf(cell, xml)
      : undefined;
    let allowed = changes !== undefined && (cell.operation.effect === "read" || changes.length > 0);
    if (changes !== undefined && changes.length > 0) {
      const said = await probe.ask("cib", { type: "cib/apply", id: "1", changes });
      allowed = said.ok === true;
      const after = await documentOf(owner);
      const differs = differenceOf(after, before).filter(({ path }) =>
        path.startsWith("/cib/configuration")
      );
      if (!allowed && differs.length > 0) wrong.push(`${methodOf(cell.operation)}: half done`);
      else if (differs.length > 0) {
        const back = await applied(owner, differs);
        assert(back.ok, `${cell.method}: ${back.error}`);
      }
    }
    // What only the status of a real node would show is tried on the machine alone.
    const isStatus = ["resource.refresh", "ticket.revoke", "ticket.standby", "ticket.activate"]
      .includes(cell.method);
    if (allowed !== cell.allowed && !isStatus) {
      wrong.push(`${cell.method} by ${cell.role.name} (user ${uid}): ${allowed}`);
    }
  }
  return wrong;
}

Deno.test({
  name: "other users do on a real node what their roles let them, and nothing else",
  ignore: !isRoot(),
  async fn() {
    const uids = users.map(({ uid }) => uid);
    await using cluster = await realCluster("access", ["alice"], undefined, (_node, config) => ({
      ...config,
      apiauth: [
        { client: "ha", uids: uids.slice(0, 60), gids: [group, ...uids.slice(60)].slice(0, 64) },
      ],
    }));
    const run = cluster.run("alice");
    const sockets = { owner: `${run}/cluster.sock`, users: `${run}/heartbeat.sock` };
    await using owner = await until(
      () => connect(sockets.owner).catch(() => undefined),
      (client) => client !== undefined,
    );
    assert(owner !== undefined);
    await until(
      () => documentOf(owner).then(() => true, () => false),
      (there) => there,
    );
    for (let folder = cluster.folder; folder !== project; folder = folder.replace(/\/[^/]+$/, "")) {
      await Deno.chmod(folder, 0o755);
    }
    await Deno.chmod(run.replace(/\/[^/]+$/, ""), 0o711);
    await configured(owner);
    const wrong: string[] = [];
    for (const user of users) wrong.push(...await tryAll(owner, sockets.users, user));
    assert.deepEqual(wrong, []);
    await otherWays(sockets);
  },
});

/** What nobody may do, whatever the role. */
async function otherWays(
  sockets: { readonly owner: string; readonly users: string },
): Promise<void> {
  const administrator = users.find(({ of: [cell] }) => cell?.role.name === "administrator");
  assert(administrator !== undefined);
  const connected = async (probe: Probe) => {
    await using open = probe;
    return (await open.answer()).connected;
  };
  const { uid } = administrator;
  assert.equal(await connected(new Probe(sockets.owner, uid)), false);
  assert.equal(await connected(new Probe(sockets.users, stranger)), false);
  // A name that only programs of the owner have, and one in a group that is let in.
  assert.equal(await connected(new Probe(sockets.users, uid, [], "no")), true);
  {
    await using named = new Probe(sockets.users, uid, [], "no");
    await named.answer();
    const found = await named.ask("cib", { type: "cib/query", id: "1" }, 2_000);
    assert.notEqual(
      found.type,
      "cib/document",
      "a user may not call itself as the owner's programs",
    );
  }
  await using member = new Probe(sockets.users, stranger, [group]);
  assert.equal((await member.answer()).connected, true);
  const { xml } = await member.ask("cib", { type: "cib/query", id: "1" });
  assert.match(String(xml), /primitive id="web"/);
  // Beside the CIB and its history there is nothing for users.
  for (const service of ["crmd", "lrmd", "heartbeat", "cib", "attrd", "stonithd"]) {
    const found = await member.ask(service, { type: "status/query", id: "1" }, 300);
    assert.ok("none" in found, service);
  }
}
