// An authority that is not ours (oidc-provider) for clients with keys, certificates and refresh tokens, until it is told to end.
//   node keys.mjs --ready-file PATH [--parent PID] [--certificates FOLDER]
// With certificates it serves https; the folder holds server.pem, server.key, ca.pem, and client-NAME.pem of each client.
import { generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Provider from 'oidc-provider';
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';

const { values: { 'ready-file': readyFile, parent, certificates } } = parseArgs({
  options: { 'ready-file': { type: 'string' }, parent: { type: 'string' }, certificates: { type: 'string' } },
});
const secrets = mkdtempSync(join(tmpdir(), 'bearertools-conformance-'));
process.on('exit', () => {
  rmSync(secrets, { recursive: true, force: true });
  rmSync(readyFile, { force: true });
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(0));
if (parent) {
  setInterval(() => {
    try {
      process.kill(Number(parent), 0);
    } catch (error) {
      if (error.code === 'ESRCH') process.exit(0);
    }
  }, 500).unref();
}

const pem = (name) => readFileSync(join(certificates, name));

function keep(name, content) {
  const file = join(secrets, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

async function listen(clientCertificates) {
  const server = certificates
    ? createTlsServer({ cert: pem('server.pem'), key: pem('server.key'), ca: pem('ca.pem'), requestCert: clientCertificates, rejectUnauthorized: false })
    : createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, address: `${certificates ? 'https' : 'http'}://127.0.0.1:${server.address().port}` };
}

/** A client whose private key is in a file, in one of the forms that keys are handed around in. */
function keyClient({ name, alg, type, options, form }) {
  const { publicKey, privateKey } = generateKeyPairSync(type, options);
  const kid = randomBytes(8).toString('hex');
  const password = randomBytes(12).toString('base64');
  const content = {
    jwk: () => JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid }),
    pkcs1: () => privateKey.export({ format: 'pem', type: 'pkcs1' }),
    encrypted: () => privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: password }),
  }[form]();
  return {
    facts: { name, id: name, alg, keyFile: keep(`${name}.key`, content), passwordFile: form === 'encrypted' ? keep(`${name}.password`, password) : undefined },
    metadata: {
      client_id: name,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: alg,
      jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }] },
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
  };
}

/** A client that is known by its certificate: by its subject, or by itself when nobody else has signed it. */
function certificateClient({ name, method }) {
  const certificate = new X509Certificate(pem(`client-${name}.pem`));
  const proof = method === 'tls_client_auth'
    ? { tls_client_auth_subject_dn: certificate.subject }
    : { jwks: { keys: [{ ...certificate.publicKey.export({ format: 'jwk' }), x5c: [certificate.raw.toString('base64')] }] } };
  return {
    facts: { name, id: name, method },
    metadata: { client_id: name, token_endpoint_auth_method: method, ...proof, grant_types: ['client_credentials'], response_types: [], redirect_uris: [] },
  };
}

const refreshClient = {
  facts: { name: 'refresh', id: 'refresh' },
  metadata: {
    client_id: 'refresh',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: ['https://client.example.com/callback'],
    scope: 'openid offline_access',
  },
};

const authority = await listen(false);
const mutual = certificates ? await listen(true) : undefined;
const clients = certificates
  ? [
    certificateClient({ name: 'of-ca', method: 'tls_client_auth' }),
    certificateClient({ name: 'self-signed', method: 'self_signed_tls_client_auth' }),
  ]
  : [
    keyClient({ name: 'rs256', alg: 'RS256', type: 'rsa', options: { modulusLength: 2048 }, form: 'pkcs1' }),
    keyClient({ name: 'ps256', alg: 'PS256', type: 'rsa', options: { modulusLength: 2048 }, form: 'encrypted' }),
    keyClient({ name: 'es256', alg: 'ES256', type: 'ec', options: { namedCurve: 'P-256' }, form: 'jwk' }),
    refreshClient,
  ];
const issuer = authority.address;

const provider = new Provider(issuer, {
  adapter: (model) => new MemoryAdapter(model),
  clients: clients.map(({ metadata }) => metadata),
  clientAuthMethods: ['none', 'private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'],
  enabledJWA: { clientAuthSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
  jwks: { keys: [{ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'authority' }] },
  cookies: { keys: [randomBytes(32).toString('base64url')] },
  discovery: mutual ? { mtls_endpoint_aliases: { token_endpoint: `${mutual.address}/token` } } : {},
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  rotateRefreshToken: true,
  ttl: { AccessToken: 600, ClientCredentials: 600, RefreshToken: 3600, Grant: 3600, IdToken: 600 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    mTLS: {
      enabled: true,
      tlsClientAuth: true,
      selfSignedTlsClientAuth: true,
      getCertificate: (ctx) => ctx.socket.getPeerX509Certificate?.(),
      certificateAuthorized: (ctx) => ctx.socket.authorized,
      certificateSubjectMatches: (ctx, property, expected) => ctx.socket.getPeerX509Certificate()?.subject === expected,
    },
  },
});
provider.on('server_error', (ctx, error) => console.error(error));

/** A refresh token as a login would give it, without a person. */
async function mintRefreshToken() {
  const accountId = 'ada';
  const client = await provider.Client.find('refresh');
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope('openid offline_access');
  const grantId = await grant.save();
  return new provider.RefreshToken({ accountId, client, grantId, gty: 'authorization_code', scope: 'openid offline_access', rotations: 0, iiat: Math.floor(Date.now() / 1000) }).save();
}

const stats = { tokenRequests: 0, atAlias: 0 };
const answer = provider.callback();
const send = (response, body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
authority.server.on('request', async (request, response) => {
  if (request.method === 'POST' && request.url === '/token') stats.tokenRequests += 1;
  if (request.url === '/control/stats') return send(response, stats);
  if (request.url === '/control/refresh-token') return send(response, { file: keep(`refresh-${randomBytes(4).toString('hex')}`, await mintRefreshToken()) });
  return answer(request, response);
});
mutual?.server.on('request', (request, response) => {
  stats.atAlias += 1;
  return answer(request, response);
});

writeFileSync(`${readyFile}.new`, JSON.stringify({ issuer, folder: secrets, clients: clients.map(({ facts }) => facts) }, null, 2));
renameSync(`${readyFile}.new`, readyFile);
console.log(`listening: ${issuer}`);
