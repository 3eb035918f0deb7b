import assert from "node:assert/strict";
import { ber, BerReader, integer, oid, tags } from "./ber.ts";
import { communityAnswer, communityMessage } from "./community.ts";
import { aes, keyOf } from "./usm.ts";

Deno.test("integers and object ids are read as they were written", { permissions: "none" }, () => {
  for (const value of [0, 1, 127, 128, 255, 256, -1, -128, -129, 2 ** 31 - 1, -(2 ** 31)]) {
    assert.equal(new BerReader(integer(value)).integer(), value);
  }
  assert.equal(integer(128).toHex(), "02020080");
  assert.equal(oid("1.3.6.1.4.1.318.1.1").toHex(), "06092b06010401823e0101");
  for (const text of ["1.3.6.1.4.1.318.1.1.12.3.3.1.1.4.24", "2.5.4.3", "1.3.4294967295"]) {
    assert.equal(new BerReader(oid(text)).oid(), text);
  }
});

Deno.test("keys are those of RFC 3414, appendix A.3", { permissions: "none" }, () => {
  const engine = Uint8Array.fromHex("000000000000000000000002");
  assert.equal(keyOf("md5", "maplesyrup", engine).toHex(), "526f5eed9fcce26f8964c2930787d82b");
  assert.equal(
    keyOf("sha", "maplesyrup", engine).toHex(),
    "6695febc9288e36282235fc7151f128497b38f3f",
  );
});

Deno.test("AES is that of NIST SP 800-38A, F.3.13 (CFB128)", { permissions: "none" }, () => {
  const key = Uint8Array.fromHex("2b7e151628aed2a6abf7158809cf4f3c");
  const begin = {
    boots: 0x00010203,
    time: 0x04050607,
    salt: Uint8Array.fromHex("08090a0b0c0d0e0f"),
  };
  const plain = Uint8Array.fromHex(
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c8",
  );
  const secret = aes(key, begin, plain, "encrypt");
  assert.equal(
    secret.toHex(),
    "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b2675",
  );
  assert.deepEqual(aes(key, begin, secret, "decrypt"), plain);
});

Deno.test(
  "damaged answers are refused, whatever is cut or changed",
  { permissions: "none" },
  () => {
    const message = communityMessage("2c", "public", 7, { oid: "1.3.6.1", set: 2 });
    message[message.indexOf(0xa3)] = 0xa2;
    assert.equal(communityAnswer("2c", "public", message).value, 2);
    for (let length = 0; length < message.length; length++) {
      assert.throws(() => communityAnswer("2c", "public", message.subarray(0, length)));
    }
    for (let at = 0; at < message.length; at++) {
      for (const bit of [1, 0x80]) {
        const changed = message.slice();
        changed[at]! ^= bit;
        try {
          communityAnswer("2c", "public", changed);
        } catch (error) {
          assert.ok(error instanceof Error);
        }
      }
    }
    assert.throws(() => communityAnswer("1", "public", message), /another version or community/);
    assert.throws(() => communityAnswer("2c", "other", message), /another version or community/);
    assert.throws(() => new BerReader(ber(tags.octets, new Uint8Array(9))).integer(), /tag 4/);
  },
);
