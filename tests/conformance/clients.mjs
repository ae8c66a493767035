import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { logins } from './logins.mjs';

const kinds = [
  { name: 'basic-jwt', method: 'client_secret_basic', tokenFormat: 'jwt', lifetime: 600 },
  { name: 'basic-opaque', method: 'client_secret_basic', tokenFormat: 'opaque', lifetime: 600 },
  { name: 'post-jwt', method: 'client_secret_post', tokenFormat: 'jwt', lifetime: 600 },
  { name: 'short-jwt', method: 'client_secret_basic', tokenFormat: 'jwt', lifetime: 2 },
  { name: 'short-opaque', method: 'client_secret_basic', tokenFormat: 'opaque', lifetime: 2 },
  ...logins,
];

// Each of these breaks a client that forgets form-encoding before Basic (RFC 6749 section 2.3.1); %2B breaks one that does it twice.
const hostile = '+ /=&%":%2B';

const hostileText = () => `${randomBytes(12).toString('base64url')}${hostile}${randomBytes(12).toString('base64url')}`;

/** New clients with secrets that no one else knows: each secret is in a file of its own in `folder`. */
export function makeClients(folder) {
  return kinds.map((kind) => {
    const id = `${kind.name} ${hostileText()}`;
    if (kind.method === 'none') return { ...kind, id };
    const secret = hostileText();
    const secretFile = join(folder, kind.name);
    writeFileSync(secretFile, secret, { mode: 0o600 });
    return { ...kind, id, secret, secretFile };
  });
}
