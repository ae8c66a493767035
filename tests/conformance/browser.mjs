// A browser without a screen and without a user: it follows redirects, keeps cookies, and submits every form unchanged.
//   node browser.mjs ADDRESS
const cookies = new Map();
const mostHops = 20;

function remember(response) {
  for (const line of response.headers.getSetCookie()) {
    const [pair] = line.split(';');
    const at = pair.indexOf('=');
    cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

const unescapeHtml = (text) => text.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const attribute = (tag, name) => { const [, value] = new RegExp(`\\b${name}="([^"]*)"`).exec(tag) ?? []; return value === undefined ? undefined : unescapeHtml(value); };

function formOf(html) {
  const [form] = /<form[\s\S]*?<\/form>/.exec(html) ?? [];
  if (!form) return undefined;
  const fields = new URLSearchParams();
  for (const [input] of form.matchAll(/<input[\s\S]*?>/g)) fields.append(attribute(input, 'name'), attribute(input, 'value') ?? '');
  return { action: attribute(form, 'action'), fields };
}

let address = process.argv[2];
let body;
for (let hop = 0; hop < mostHops; hop += 1) {
  const header = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const response = await fetch(address, { method: body ? 'POST' : 'GET', body, redirect: 'manual', headers: { cookie: header } });
  remember(response);
  const html = await response.text();
  const next = response.headers.get('location');
  const form = next ? undefined : formOf(html);
  if (!next && !form) {
    console.log(`${response.status} ${html}`);
    process.exit(response.ok ? 0 : 1);
  }
  body = form?.fields;
  address = new URL(next ?? form.action, address).href;
}
process.exit(2);
