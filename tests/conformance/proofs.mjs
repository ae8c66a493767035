import { createHash, randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';

const newNonce = () => randomBytes(16).toString('base64url');

/** What an API checks of a DPoP proof (RFC 9449 section 4.3). Its nonces change often; the last one is good for a while. */
export function makeProofReader({ origin, proofsPerNonce = 50, maxAge = 60 }) {
  const seen = new Set();
  let nonces = [newNonce()];
  let accepted = 0;

  /** What is wrong with the proof of a request, as an error code, or nothing. */
  async function problem(request, pathname, token, jkt) {
    let proof;
    try {
      proof = await jwtVerify(request.headers.dpop ?? '', EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] });
    } catch {
      return 'invalid_dpop_proof';
    }
    const { htm, htu, iat, jti, ath, nonce } = proof.payload;
    const isSound = htm === request.method && htu === `${origin}${pathname}` && Math.abs(Date.now() / 1000 - iat) <= maxAge
      && ath === createHash('sha256').update(token).digest('base64url')
      && typeof jti === 'string' && !seen.has(jti)
      && await calculateJwkThumbprint(proof.protectedHeader.jwk) === jkt;
    if (!isSound) return 'invalid_dpop_proof';
    if (!nonces.includes(nonce)) return 'use_dpop_nonce';
    seen.add(jti);
    accepted += 1;
    if (accepted % proofsPerNonce === 0) nonces = [newNonce(), nonces[0]];
    return undefined;
  }

  return { problem, nonce: () => nonces[0] };
}
