/**
 * Forms where people meet them: in a real browser, checked by axe-core and sent as the browser sends
 * them, without any script of ours; and on a real terminal, where a secret must not be echoed.
 *
 * Wants Debian's chromium and python3 (for its pseudo-terminals); says so where one is missing.
 *
 *     deno task interop forms
 *
 * @module
 */
import assert from "node:assert/strict";
import axe from "axe-core";
import type { Field } from "../../metadata/field.ts";
import { formHtml, formOf, readSubmission } from "../../metadata/form/mod.ts";
import { messageOf } from "../../metadata/message_of.ts";
import { filePath } from "../../pils/found.ts";

const project = filePath(new URL("../..", import.meta.url));
const scratch = Deno.makeTempDirSync({ dir: `${project}/.test`, prefix: "forms_" });
const canary = "canary-of-a-secret";

const fields: readonly Field[] = [
  {
    fieldname: "address",
    basictype: "string",
    specialtype: "host",
    required: true,
    label: { en: "Address", de: "Adresse" },
    short_text: { en: "Where the <switch> is", de: "Wo der Schalter ist" },
    long_text: { en: "A name or an address.\nNot a network." },
  },
  { fieldname: "port", basictype: "integer", specialtype: "port", default: 161 },
  { fieldname: "password", basictype: "string", secret: true, required: true },
  { fieldname: "pin", basictype: "string", secret: true },
  { fieldname: "mode", basictype: "enum", choices: ["fast", "slow"], default: "fast" },
  {
    fieldname: "depth",
    basictype: "integer",
    required: true,
    showif: { field: "mode", is: ["slow"] },
  },
  { fieldname: "verbose", basictype: "boolean", default: true },
  { fieldname: "maybe", basictype: "boolean" },
  { fieldname: "peers", basictype: "string", specialtype: "ipaddr", isarray: true },
  { fieldname: "days", basictype: "enum", choices: ["mo", "tu"], isarray: true },
  { fieldname: "outlet", basictype: "enum", choices: ["1", "2"], choicesfrom: "outlets" },
  {
    fieldname: "nodes",
    basictype: "struct",
    isarray: true,
    fields: [
      { fieldname: "name", basictype: "string", specialtype: "node", required: true },
      { fieldname: "key", basictype: "string", secret: true },
    ],
  },
  { fieldname: "old", basictype: "string", deprecated: { by: ["address"] } },
];
const stored = {
  address: "pdu.example.org",
  password: `${canary}-1`,
  pin: `${canary}-2`,
  nodes: [{ name: "alice", key: `${canary}-3` }],
};

/** What the person does in a page, as the browser's own engine carries it out. */
const drive = (typed: Readonly<Record<string, string>>, how: "requestSubmit" | "submit") =>
  `<script>addEventListener("load", () => {
    const form = document.querySelector("form");
    for (const [name, value] of Object.entries(${JSON.stringify(typed)})) {
      form.elements.namedItem(name).value = value;
    }
    form.${how}();
  });</script>`;
const examine = `<script>${axe.source.replaceAll("</script", "<\\/script")}</script>
<script>addEventListener("load", async () => {
  const { violations, passes } = await axe.run(document.querySelector("main"));
  const shown = document.body.appendChild(document.createElement("pre"));
  shown.id = "found";
  shown.textContent = JSON.stringify({
    passes: passes.length,
    violations: violations.map(({ id, nodes }) => id + " at " + nodes[0].html),
  });
});</script>`;

const page = (title: string, language: string, body: string, script = "") =>
  new Response(
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${title}</title>
    </head><body><main><h1>${title}</h1>${body}</main>${script}</body></html>`,
    { headers: { "content-type": "text/html; charset=utf-8" } },
  );

let saved: unknown;
let sent = 0;

/** A page as a console would serve it; what a person does in it is in the address. */
async function serve(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const language = searchParams.get("language") ?? "en";
  if (request.method === "POST") {
    sent++;
    const { checked, values } = readSubmission(fields, await request.formData(), {
      previous: stored,
    });
    if (checked.ok) {
      saved = checked.value;
      return page("Saved", language, "<p>Saved</p>");
    }
    const form = formOf(fields, { values, diagnostics: checked.diagnostics, language });
    return page("Again", language, formHtml(form), examine);
  }
  const script = pathname === "/examined" ? examine : drive(
    JSON.parse(searchParams.get("type") ?? "{}"),
    searchParams.has("raw") ? "submit" : "requestSubmit",
  );
  const form = formOf(fields, { values: stored, language });
  return page("Form", language, formHtml(form, { action: `/form?language=${language}` }), script);
}

const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, serve);
const root = `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}`;

/** The page as the browser has it in the end. */
async function browse(path: string): Promise<string> {
  const { stdout } = await new Deno.Command("chromium", {
    args: [
      "--headless",
      "--no-sandbox", // the browser of a test, which may run as root
      "--disable-gpu",
      // It is to reach nothing but the page.
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      `--user-data-dir=${scratch}/chromium`,
      "--virtual-time-budget=20000",
      "--dump-dom",
      `${root}${path}`,
    ],
    stdin: "null",
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

function found(dom: string): { readonly passes: number; readonly violations: readonly string[] } {
  const text = /<pre id="found">([^]*?)<\/pre>/.exec(dom)?.[1] ?? assert.fail(dom.slice(-2_000));
  return JSON.parse(
    text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
  );
}

const typed = (values: object, more = "") =>
  `/form?type=${encodeURIComponent(JSON.stringify(values))}${more}`;

/** One try, reported in one line. */
async function attempt(what: string, run: () => Promise<string | void>): Promise<void> {
  const from = performance.now();
  try {
    const said = await run();
    const took = `${Math.round(performance.now() - from)} ms`;
    console.log(`ok ${what} (${said === undefined ? "" : `${said}, `}${took})`);
  } catch (error) {
    console.log(`FAILED ${what}: ${messageOf(error)}`);
    Deno.exitCode = 1;
  }
}

const isThere = (program: string) =>
  Deno.permissions.querySync({ name: "run", command: program }).state === "granted";

if (isThere("chromium")) {
  for (const language of ["en", "de"]) {
    await attempt(`axe-core finds nothing against the form in ${language}`, async () => {
      const dom = await browse(`/examined?language=${language}`);
      assert.ok(!dom.includes(canary), "a secret is in the page");
      const { passes, violations } = found(dom);
      assert.deepEqual(violations, []);
      assert.ok(passes > 10, `${passes} rules passed`);
      return `${passes} rules passed`;
    });
  }
  await attempt("the browser itself does not send what it can see to be wrong", async () => {
    sent = 0;
    const dom = await browse(typed({ port: "70000" }));
    assert.match(dom, /<title>Form/);
    assert.equal(sent, 0);
  });
  await attempt("what it cannot see comes back with the error at the field", async () => {
    const dom = await browse(typed({ address: "10.0.0.0/8", peers: "1.2.3.4\nnonsense" }));
    assert.match(dom, /<title>Again/);
    assert.match(
      dom,
      /id="f-address"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="f-address"/,
    );
    assert.match(dom, /<a href="#f-address">/);
    assert.match(dom, /id="f-peers-error"/);
    assert.ok(!dom.includes(canary), "a secret is in the page");
    assert.deepEqual(found(dom).violations, []);
    // What was written stands there again.
    assert.match(dom, /value="10\.0\.0\.0\/8"/);
  });
  await attempt("a form that is sent with its secrets left empty keeps them", async () => {
    saved = undefined;
    const dom = await browse(
      typed({ port: "162", mode: "slow", depth: "3", peers: "1.2.3.4", "nodes.1.name": "bob" }),
    );
    assert.match(dom, /<title>Saved/);
    assert.deepEqual(saved, {
      ...stored,
      port: 162,
      mode: "slow",
      depth: 3,
      verbose: true,
      peers: ["1.2.3.4"],
      nodes: [...stored.nodes, { name: "bob" }],
    });
  });
} else console.log("Skipped: chromium is not installed");
await server.shutdown();

const terminal = `
import os, pty, re, sys, time, select
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:-1])
answers = sys.argv[-1].split("|")
said = b""
def wait(quiet):
    global said
    last = time.time()
    while time.time() - last < quiet:
        ready, _, _ = select.select([fd], [], [], 0.1)
        if ready:
            try: data = os.read(fd, 65536)
            except OSError: return False
            if not data: return False
            said += data
            last = time.time()
    return True
for answer in answers:
    for turn in range(200):
        if not wait(0.3): break
        plain = re.sub(rb"\\x1b\\[[0-9;?]*[A-Za-z]", b"", said)
        if plain.rstrip().endswith((b":", b"]", b"?")): break
    os.write(fd, answer.encode() + b"\\n")
while wait(1.0): pass
os.write(1, said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

if (isThere("python3")) {
  await attempt(
    "on a terminal a secret is neither echoed nor shown, and is written to its file",
    async () => {
      const xml = `<resource-agent name="fence_probe"><longdesc>Probes</longdesc><parameters>
      <parameter name="ip" required="1"><content type="string"/><shortdesc lang="en">Where</shortdesc></parameter>
      <parameter name="port" required="0"><content type="integer" default="23"/><shortdesc lang="en">Port</shortdesc></parameter>
      <parameter name="passwd" required="1"><content type="string"/><shortdesc lang="en">Word</shortdesc></parameter>
      </parameters><actions><action name="off"/></actions></resource-agent>`;
      await Deno.writeTextFile(`${scratch}/agent.xml`, xml);
      const { stdout, code } = await new Deno.Command("python3", {
        args: [
          "-c",
          terminal,
          Deno.execPath(),
          "run",
          "--no-prompt",
          "--quiet",
          `--config=${project}/deno.json`,
          `--allow-run=${Deno.execPath()}`,
          `--allow-read=${project}`,
          "--allow-env=INIT_CWD",
          `${project}/daemons/mgmtd/ha.ts`,
          "plugin",
          "configure",
          "agent.xml",
          "--to=answers.json",
          ["pdu.example.org", "not a port", "24", canary].join("|"),
        ],
        env: { INIT_CWD: scratch, NO_COLOR: "1" },
        stdin: "null",
        stderr: "inherit",
      }).output();
      const shown = new TextDecoder().decode(stdout);
      assert.equal(code, 0, shown);
      assert.ok(!shown.includes(canary), "the secret is on the terminal");
      assert.match(shown, /"not a port" is not a whole number/);
      const { mode } = await Deno.stat(`${scratch}/answers.json`);
      assert.equal((mode ?? 0) & 0o777, 0o600);
      assert.deepEqual(JSON.parse(await Deno.readTextFile(`${scratch}/answers.json`)), {
        ip: "pdu.example.org",
        port: 24,
        passwd: canary,
      });
    },
  );
} else console.log("Skipped: python3 is not installed");
await Deno.remove(scratch, { recursive: true });
