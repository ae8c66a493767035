import { generateKeyPairSync, randomBytes } from 'node:crypto';
import Provider, { errors } from 'oidc-provider';
// Handed in by name, because the package warns on the console when its own default is used.
import MemoryAdapter from 'oidc-provider/lib/adapters/memory_adapter.js';
import { loginFeatures, loginMetadata, loginOptions } from './logins.mjs';

const scope = 'api.read';

const signingKey = () => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  use: 'sig',
  alg: 'RS256',
  kid: randomBytes(8).toString('hex'),
});

const metadata = (client) => ({
  client_id: client.id,
  client_secret: client.secret,
  token_endpoint_auth_method: client.method,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  scope,
  ...(client.login ? loginMetadata(scope) : {}),
});

/** The authority. A client's tokens are for `resource`, in the client's own format and lifetime, also when it names no resource. */
export function makeProvider({ issuer, resource, clients, requirePush = false }) {
  const byId = new Map(clients.map((client) => [client.id, client]));
  return new Provider(issuer, {
    adapter: (model) => new MemoryAdapter(model),
    clients: clients.map(metadata),
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    ...loginOptions,
    scopes: [scope, ...loginOptions.scopes],
    ttl: { ...loginOptions.ttl, ClientCredentials: (ctx, token) => token.resourceServer.accessTokenTTL },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      ...loginFeatures(requirePush),
      // For clients that prove a key; the others get bearer tokens.
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, indicator, { clientId }) => {
          if (indicator !== resource) throw new errors.InvalidTarget();
          const { tokenFormat, lifetime } = byId.get(clientId);
          return { scope, accessTokenFormat: tokenFormat, accessTokenTTL: lifetime };
        },
      },
    },
  });
}
