// Verifies the signed assertions with which a client proves who it is (RS256 for Salesforce; ES256, PS256 for NetSuite).
import { constants, verify } from 'node:crypto';

const ALGORITHMS = {
  RS256: (key) => ({ key, padding: constants.RSA_PKCS1_PADDING }),
  PS256: (key) => ({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }),
  ES256: (key) => ({ key, dsaEncoding: 'ieee-p1363' }),
};
const KEY_TYPE = { RS256: 'rsa', PS256: 'rsa', ES256: 'ec' };

const decode = (part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

// {header, claims} of a token signed under `key` with one of `algorithms`; throws an Error that says what is wrong.
export function verifyJwt(token, key, algorithms) {
  const parts = String(token).split('.');
  if (parts.length !== 3 || parts.some((part) => !/^[A-Za-z0-9_-]+$/.test(part))) throw new Error('not a signed JWT (three base64url parts)');
  let header;
  let claims;
  try {
    [header, claims] = [decode(parts[0]), decode(parts[1])];
  } catch {
    throw new Error('header or claims are not JSON');
  }
  if (!algorithms.includes(header.alg)) throw new Error(`alg ${header.alg} is not ${algorithms.join(' or ')}`);
  if (KEY_TYPE[header.alg] !== key.asymmetricKeyType) throw new Error(`alg ${header.alg} does not fit the registered key`);
  const signed = Buffer.from(`${parts[0]}.${parts[1]}`);
  if (!verify('sha256', signed, ALGORITHMS[header.alg](key), Buffer.from(parts[2], 'base64url'))) throw new Error('signature does not verify');
  return { header, claims };
}
