// Users at the authority: clients that log users in, and a login page that accepts every user but 'nobody'.

export const loginPath = '/interaction/';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

export const logins = [
  { name: 'person', method: 'none', login: true, tokenFormat: 'jwt', lifetime: 600 },
  { name: 'short-person', method: 'none', login: true, tokenFormat: 'jwt', lifetime: 2 },
  { name: 'secret-person', method: 'client_secret_basic', login: true, tokenFormat: 'jwt', lifetime: 600 },
];

/** A native app: its redirects to this machine may have any port (RFC 8252 section 7.3). */
export const loginMetadata = (scope) => ({
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token', deviceGrant],
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/', 'http://localhost/callback'],
  scope: `openid offline_access ${scope}`,
});

export const loginOptions = {
  scopes: ['openid', 'offline_access'],
  ttl: {
    AccessToken: (ctx, token) => token.resourceServer?.accessTokenTTL ?? 600,
    AuthorizationCode: 60,
    DeviceCode: 600,
    Grant: 3600,
    IdToken: 600,
    Interaction: 600,
    RefreshToken: 3600,
    Session: 3600,
  },
  interactions: { url: (ctx, interaction) => `${loginPath}${interaction.uid}` },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
};

const page = (text) => `<!DOCTYPE html><html><head><title>${text}</title></head><body><p>${text}</p></body></html>`;

const deviceForm = (ctx, form) => { ctx.body = page('code').replace('</body>', `${form}</body>`); };

export const loginFeatures = (requirePush) => ({
  deviceFlow: {
    enabled: true,
    userCodeInputSource: (ctx, form) => deviceForm(ctx, form),
    userCodeConfirmSource: (ctx, form) => deviceForm(ctx, form),
    successSource: (ctx) => { ctx.body = page('confirmed'); },
  },
  pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: requirePush },
});

/** The login page: whoever comes is let in under the name that was hinted at, and consents to everything. */
export function makeLogins(provider, resource) {
  async function result(request, response) {
    const { params } = await provider.interactionDetails(request, response);
    if (params.login_hint === 'nobody') return { error: 'access_denied', error_description: 'the person said no' };
    const accountId = params.login_hint ?? 'ann';
    const grant = new provider.Grant({ accountId, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    grant.addResourceScope(resource, params.scope);
    return { login: { accountId }, consent: { grantId: await grant.save() } };
  }

  return async (request, response) => {
    try {
      await provider.interactionFinished(request, response, await result(request, response), { mergeWithLastSubmission: false });
    } catch (error) {
      console.error(error);
      response.writeHead(500).end();
    }
  };
}
