// An authority that is not ours (oidc-provider) and an API behind it, on loopback, until it is told to end.
//   node authority.mjs --ready-file PATH [--parent PID] [--require-push]
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeApi } from './api.mjs';
import { makeClients } from './clients.mjs';
import { loginPath, makeLogins } from './logins.mjs';
import { makeProvider } from './provider.mjs';

function readArguments() {
  try {
    const { values } = parseArgs({ options: { 'ready-file': { type: 'string' }, parent: { type: 'string' }, 'require-push': { type: 'boolean' } } });
    const parent = values.parent === undefined ? undefined : Number(values.parent);
    if (!values['ready-file']) throw new Error('--ready-file is missing');
    if (parent !== undefined && !(Number.isInteger(parent) && parent > 0)) throw new Error('--parent is not a process id');
    return { readyFile: values['ready-file'], parent, requirePush: values['require-push'] };
  } catch (error) {
    console.error(`${error.message}\nusage: node authority.mjs --ready-file PATH [--parent PID] [--require-push]`);
    process.exit(2);
  }
}

async function listen() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, address: `http://127.0.0.1:${server.address().port}` };
}

function endWith(parent) {
  setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch (error) {
      if (error.code === 'ESRCH') process.exit(0);
    }
  }, 500).unref();
}

const { readyFile, parent, requirePush } = readArguments();
const secrets = mkdtempSync(join(tmpdir(), 'bearertools-conformance-'));
process.on('exit', () => {
  rmSync(secrets, { recursive: true, force: true });
  rmSync(readyFile, { force: true });
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => process.exit(0));
if (parent) endWith(parent);

const authority = await listen();
const api = await listen();
const issuer = authority.address;
const audience = `${api.address}/api/`;
const clients = makeClients(secrets);
const stats = { tokenRequests: 0, tokensIssued: 0, pushedRequests: 0, requests: 0, unauthorized: 0 };

const provider = makeProvider({ issuer, resource: audience, clients, requirePush });
provider.on('grant.success', () => { stats.tokensIssued += 1; });
provider.on('server_error', (ctx, error) => console.error(error));
provider.on('pushed_authorization_request.success', () => { stats.pushedRequests += 1; });
const answer = provider.callback();
const logIn = makeLogins(provider, audience);
authority.server.on('request', (request, response) => {
  if (request.method === 'POST' && request.url === '/token') stats.tokenRequests += 1;
  if (request.url.startsWith(loginPath)) logIn(request, response);
  else answer(request, response);
});
api.server.on('request', makeApi({ provider, issuer, audience, stats }));

// Written aside and renamed, so that a process that waits for it never reads half of it.
const facts = { issuer, api: audience, stats: `${api.address}/stats`, pid: process.pid, clients: clients.map(({ secret, ...rest }) => rest) };
writeFileSync(`${readyFile}.new`, JSON.stringify(facts, null, 2));
renameSync(`${readyFile}.new`, readyFile);
console.log(`listening: authority ${issuer}, API ${audience}`);
