import fc from "fast-check";
import { expect, test } from "vitest";
import { totp } from "../../../ts-core/nas/totp.ts";

/** "12345678901234567890" in Base32. */
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

// RFC 6238, appendix B, the rows for SHA-1.
test.each([
  [59, "94287082"],
  [1111111109, "07081804"],
  [1111111111, "14050471"],
  [1234567890, "89005924"],
  [2000000000, "69279037"],
  [20000000000, "65353130"],
])("at %i s: %s", (seconds, code) => {
  expect(totp(secret, seconds * 1000, 8)).toBe(code);
  expect(totp(secret, seconds * 1000)).toBe(code.slice(2));
});

test("lower case, spaces and padding, as a NAS shows secrets, do not matter", () => {
  expect(totp("gezd gnbv gy3t qojq gezd gnbv gy3t qojq====", 59_000)).toBe(totp(secret, 59_000));
});

test("always as many digits as asked for, the same for the whole step", () => {
  const anySecret = fc.stringMatching(/^[A-Za-z2-7 =]+$/);
  fc.assert(
    fc.property(anySecret, fc.nat({ max: 4_000_000_000 }), fc.integer({ min: 6, max: 8 }), (secret, step, digits) => {
      const code = totp(secret, step * 30_000, digits);
      expect(code).toMatch(new RegExp(`^\\d{${digits}}$`));
      expect(totp(secret, step * 30_000 + 29_999, digits)).toBe(code);
    }),
  );
});
