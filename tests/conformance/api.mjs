import { setTimeout as delay } from 'node:timers/promises';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { makeProofReader } from './proofs.mjs';

const longestDelay = 1000;

/** Who a token stands for, or nothing when it is expired, forged or for someone else. */
function tokenReader({ provider, issuer, audience }) {
  const keys = createRemoteJWKSet(new URL(`${issuer}/jwks`));

  async function readJwt(token) {
    try {
      const { payload } = await jwtVerify(token, keys, { issuer, audience, typ: 'at+jwt', algorithms: ['RS256'] });
      return { client: payload.client_id, scope: payload.scope, tokenFormat: 'jwt', jkt: payload.cnf?.jkt };
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  async function readOpaque(token) {
    const found = await provider.ClientCredentials.find(token);
    // find() allows for clocks that differ and gives tokens that ended seconds ago; isValid is what introspection goes by.
    return found?.isValid && found.aud === audience ? { client: found.clientId, scope: found.scope, tokenFormat: 'opaque', jkt: found.jkt } : undefined;
  }

  return (token) => (token.split('.').length === 3 ? readJwt(token) : readOpaque(token));
}

function send(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const pages = 3;
const usersOfPage = 4;

/** One of the pages; each but the last links to the next one (RFC 8288). */
function sendPage(response, pathname, page) {
  const users = Array.from({ length: usersOfPage }, (_, index) => {
    const id = (page - 1) * usersOfPage + index + 1;
    return { id, name: `user ${id}`, roles: id % 2 ? ['reader'] : ['reader', 'writer'], manager: null };
  });
  send(response, 200, users, page < pages ? { link: `<${pathname}?page=${page + 1}>; rel="next"` } : {});
}

/** The protected endpoint: answers of /api/ need a token of the authority; /stats tells what both of them have seen. */
export function makeApi({ provider, issuer, audience, stats }) {
  const read = tokenReader({ provider, issuer, audience });

  // Tokens that the API has seen, and those of them that it no longer takes.
  const seen = new Set();
  const expired = new Set();
  const throttled = new Set();
  const proofs = makeProofReader({ origin: new URL(audience).origin });

  function reject(response, challenge, scheme = 'Bearer') {
    stats.unauthorized += 1;
    send(response, 401, { title: 'Unauthorized' }, { 'www-authenticate': `${scheme} realm="conformance"${challenge}` });
  }

  async function protectedAnswer(request, response, { pathname, searchParams }) {
    stats.requests += 1;
    // A request without a token gets a challenge without an error code (RFC 6750 section 3.1).
    const [, scheme, token] = /^(Bearer|DPoP) +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!token) return reject(response, '');
    const isProved = scheme.toLowerCase() === 'dpop';
    const caller = expired.has(token) ? undefined : await read(token);
    seen.add(token);
    // A bound token is good with its proof only, and a bearer token has none (RFC 9449 section 7).
    if (!caller || isProved !== Boolean(caller.jkt)) return reject(response, ', error="invalid_token", error_description="expired, not known, or of the other kind"', isProved ? 'DPoP' : 'Bearer');
    if (isProved) {
      const problem = await proofs.problem(request, pathname, token, caller.jkt);
      response.setHeader('DPoP-Nonce', proofs.nonce());
      if (problem) return reject(response, `, error="${problem}"`, 'DPoP');
    }

    await delay(Math.min(Number(searchParams.get('delay')) || 0, longestDelay));
    const [, id] = /^\/api\/items\/(\d+)$/.exec(pathname) ?? [];
    if (id) return send(response, 200, { id: Number(id), name: `item ${id}` });
    if (pathname === '/api/me') return send(response, 200, caller);
    if (pathname === '/api/users') return sendPage(response, pathname, Number(searchParams.get('page') ?? 1));
    if (pathname.startsWith('/api/throttled/')) {
      // The first request for each address is one too many.
      if (throttled.has(pathname)) return send(response, 200, { path: pathname, accepted: true });
      throttled.add(pathname);
      return send(response, 429, { title: 'Too Many Requests' }, { 'retry-after': '1' });
    }
    return send(response, 404, { title: 'Not Found' });
  }

  return async (request, response) => {
    const url = new URL(request.url, audience);
    if (url.pathname.startsWith('/api/')) return protectedAnswer(request, response, url);
    if (url.pathname === '/stats' && request.method === 'GET') return send(response, 200, stats);
    if (url.pathname === '/stats/reset' && request.method === 'POST') {
      for (const name of Object.keys(stats)) stats[name] = 0;
      return send(response, 200, stats);
    }
    if (url.pathname === '/stats/expire' && request.method === 'POST') {
      for (const token of seen) expired.add(token);
      seen.clear();
      return send(response, 200, stats);
    }
    return send(response, 404, { title: 'Not Found' });
  };
}
