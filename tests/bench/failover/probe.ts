/**
 * The client of the web server: asks every 5 ms, on a new connection, and prints when each question
 * that was answered was put, and by which machine.
 *
 *     probe.ts HOSTNAME PORT
 *
 * @module
 */

/** Milliseconds between two questions, and until one counts as unanswered. */
const everyMs = 5;
const answerMs = 100;

const [hostname = "", port = ""] = Deno.args;
const question = new TextEncoder().encode(`GET / HTTP/1.0\r\nHost: ${hostname}\r\n\r\n`);
const now = (): number => performance.timeOrigin + performance.now();

async function ask(): Promise<void> {
  const askedMs = now();
  const signal = AbortSignal.timeout(answerMs);
  using connection = await Deno.connect({ hostname, port: Number(port), signal });
  const late = setTimeout(() => connection.close(), answerMs);
  try {
    await connection.write(question);
    let text = "";
    const decoder = new TextDecoder();
    for await (const bytes of connection.readable) text += decoder.decode(bytes, { stream: true });
    const [, host] = /\r\n\r\n(\w+)\s*$/.exec(text) ?? [];
    if (host !== undefined) console.log(`${askedMs} ${now()} ${host}`);
  } finally {
    clearTimeout(late);
  }
}

for (;;) {
  await ask().catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, everyMs));
}
