/**
 * Mutated packets through each encoding, or mutated messages through every reader.
 *
 *     deno task fuzz [COUNT [ENCODING...]]
 *     deno task fuzz messages [COUNT [SEED]]
 *
 * @module
 */
if (Deno.args[0] === "messages") await import("./message_fuzz.ts");
else await import("./wire_fuzz.ts");
