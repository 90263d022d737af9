// Carries out the session of session.py with Node: with its module http, or with its fetch.
//
// usage: node session.mjs http|fetch URL
//
// fetch takes no fields Expect, Connection and Upgrade, so it leaves out the requests that have
// them.
import diagnostics from 'node:diagnostics_channel';
import http from 'node:http';
import { setImmediate } from 'node:timers/promises';

const DEADLINE_MS = 10_000; // for each request
const LARGE = 1_200_000; // bytes; the daemon accepts 65,536 (http.max_body_bytes)
const JSON_TYPE = { 'content-type': 'application/json' };
const UPGRADE = { // what java.net.http.HttpClient adds to every request on a plain connection
  'connection': 'Upgrade, HTTP2-Settings',
  'upgrade': 'h2c',
  'http2-settings': 'AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA',
};

const [kind, base] = process.argv.slice(2);

// --- the two clients: (method, target, fields, body, how) -> answer --------------------------

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** With http. A body that is announced with Expect is sent when 100 has come, else not at all. */
function sendWithHttp(method, target, fields, body, how) {
  return new Promise((resolve, reject) => {
    const headers = { ...fields };
    const chunked = how === 'chunked';
    if (body !== undefined && !chunked) headers['content-length'] = Buffer.byteLength(body);
    if (how === 'expect') headers.expect = '100-continue';
    const request = http.request(base + target, { method, headers, agent });
    const limit = setTimeout(() => request.destroy(new Error('no answer in time')), DEADLINE_MS);
    let continued = how !== 'expect';
    let connection;
    request.on('socket', (socket) => {
      const note = () => { connection = socket.localPort; };
      if (socket.connecting) socket.once('connect', note);
      else note();
    });
    request.on('continue', () => {
      continued = true;
      request.end(body);
    });
    request.on('error', reject);
    request.on('response', async (response) => {
      try {
        const parts = [];
        for await (const part of response) parts.push(part);
        clearTimeout(limit);
        const text = Buffer.concat(parts).toString();
        if (!continued) request.destroy(); // the body that the head announces was not sent
        resolve({ status: response.statusCode, fields: response.headers, body: text, connection,
          continued });
      } catch (error) {
        reject(error);
      }
    });
    if (how === 'expect') {
      request.flushHeaders();
    } else if (chunked) {
      for (let i = 0; i < body.length; i += 10) request.write(body.slice(i, i + 10));
      request.end();
    } else {
      request.end(body);
    }
  });
}

let fetchPort; // of the connection that the last request of fetch was sent over
diagnostics.channel('undici:client:sendHeaders').subscribe(({ socket }) => {
  fetchPort = socket.localPort;
});

/** With fetch. */
async function sendWithFetch(method, target, fields, body, how) {
  const options = { method, headers: fields, body, signal: AbortSignal.timeout(DEADLINE_MS) };
  if (how === 'chunked') {
    options.body = new Blob([body]).stream();
    options.duplex = 'half';
  }
  await setImmediate(); // fetch frees the connection of the last answer a turn after its end
  const response = await fetch(base + target, options);
  const text = await response.text();
  return { status: response.status, fields: Object.fromEntries(response.headers), body: text,
    connection: fetchPort, continued: false };
}

// --- the session -----------------------------------------------------------------------------

const send = { http: sendWithHttp, fetch: sendWithFetch }[kind];
const failures = [];
let requests = 0;
let connection; // of the request before
let followed = true; // whether each request must go over the connection of the one before

function expectEqual(request, what, expected, actual) {
  if (expected === actual) return;
  failures.push(`${request}: ${what}: expected ${expected}, actual ${actual}`);
}

/** The members of a body; none if it is no JSON object. */
function members(body) {
  try {
    return JSON.parse(body) ?? {};
  } catch {
    return {};
  }
}

/** A body whose e-mail no other user has. */
function user(name) {
  const email = `node-${kind}-${name}-${process.pid}@example.org`;
  return JSON.stringify({ name: 'Ada Lovelace', email });
}

/**
 * Sends a request and checks status and connection. `how` is plain, chunked or expect; `slug` names
 * the problem document; `moves` permits another connection than that of the request before.
 */
async function step(request, status, method, target,
  { fields = {}, body, how = 'plain', slug, moves = false } = {}) {
  requests += 1;
  let answer;
  try {
    answer = await send(method, target, fields, body, how);
  } catch (error) {
    expectEqual(request, 'status', status, `${error} (${error.cause ?? error.code})`);
    connection = undefined;
    return { fields: {}, body: '' };
  }
  expectEqual(request, 'status', status, answer.status);
  if (slug && answer.status === status) {
    const problem = members(answer.body);
    expectEqual(request, 'Content-Type', 'application/problem+json',
      answer.fields['content-type']);
    expectEqual(request, 'type', `/problems/${slug}`, problem.type);
    expectEqual(request, 'member status', status, problem.status);
  }
  if (connection !== undefined && followed && !moves) {
    expectEqual(request, 'connection', connection, answer.connection);
  }
  connection = answer.connection ?? 'not visible';
  return answer;
}

async function carryOut() {
  const created = await step('create', 201, 'POST', '/users',
    { fields: JSON_TYPE, body: user('plain') });
  const { location, etag: first } = created.fields;
  expectEqual('create', 'Location', `/users/${members(created.body).id}`, location);
  expectEqual('create', 'ETag', '"1"', first);
  if (!location) return;

  const read = await step('read', 200, 'GET', location);
  expectEqual('read', 'ETag', first, read.fields.etag);
  expectEqual('read', 'body', created.body, read.body);
  const unchanged = await step('read if changed', 304, 'GET', location,
    { fields: { 'if-none-match': first } });
  expectEqual('read if changed', 'body', '', unchanged.body);
  const matching = { ...JSON_TYPE, 'if-match': first };
  const changed = await step('change', 200, 'PATCH', location,
    { fields: matching, body: '{"name":"Ada King"}' });
  expectEqual('change', 'ETag', '"2"', changed.fields.etag);
  expectEqual('change', 'name', 'Ada King', members(changed.body).name);
  await step('change with a stale ETag', 412, 'PATCH', location,
    { fields: matching, body: '{"name":"Ada Byron"}', slug: 'precondition-failed' });
  await step('duplicate e-mail', 409, 'POST', '/users',
    { fields: JSON_TYPE, body: user('plain'), slug: 'email-taken' });
  const invalid = await step('invalid body', 422, 'POST', '/users',
    { fields: JSON_TYPE, body: '{}', slug: 'validation-failed' });
  expectEqual('invalid body', 'pointers', '/name',
    (members(invalid.body).errors ?? []).map((error) => error.pointer).join());
  await step('unknown route', 404, 'GET', '/nothing', { slug: 'not-found' });

  const chunked = await step('chunked body', 201, 'POST', '/users',
    { fields: JSON_TYPE, body: user('chunked'), how: 'chunked' });
  const head = await step('head', 200, 'HEAD', location);
  expectEqual('head', 'body', '', head.body);
  expectEqual('head', 'Content-Length', `${changed.body.length}`, head.fields['content-length']);
  // fetch closes the connection after a HEAD, and from then on chooses from several.
  followed = kind !== 'fetch';
  const options = await step('options', 204, 'OPTIONS', location);
  expectEqual('options', 'Allow has PATCH', true,
    (options.fields.allow ?? '').split(/, */).includes('PATCH'));

  const users = [created, chunked];
  if (kind === 'http') users.push(await withUpgradeAndExpect(location, changed.body));
  await step('large body', 413, 'POST', '/users',
    { fields: JSON_TYPE, body: ' '.repeat(LARGE), slug: 'content-too-large', moves: true });
  await step('read after a large body', 200, 'GET', location, { moves: true });

  for (const { fields } of users.filter((answer) => answer.fields.location)) {
    const gone = await step('delete', 204, 'DELETE', fields.location);
    expectEqual('delete', 'body', '', gone.body);
  }
  await step('read what is deleted', 404, 'GET', location, { slug: 'user-not-found' });
}

/** What fetch can't do. Returns the answer to the request that creates a user. */
async function withUpgradeAndExpect(location, body) {
  const upgrade = await step('upgrade to h2c', 200, 'GET', location, { fields: UPGRADE });
  expectEqual('upgrade to h2c', 'body', body, upgrade.body);
  await step('read after the upgrade', 200, 'GET', location); // over the same connection

  // After a refusal the client opens another connection, as the body that it announced was not
  // sent.
  const expected = await step('expect', 201, 'POST', '/users',
    { fields: JSON_TYPE, body: user('expect'), how: 'expect' });
  expectEqual('expect', '100 came', true, expected.continued);
  await step('expect, unknown route', 404, 'POST', '/nothing',
    { fields: JSON_TYPE, body: '{}', how: 'expect', slug: 'not-found' });
  await step('read after a refusal', 200, 'GET', location, { moves: true });
  await step('expect, wrong type', 415, 'POST', '/users',
    { fields: { 'content-type': 'text/plain' }, body: 'Ada', how: 'expect',
      slug: 'unsupported-media-type' });
  return expected;
}

await carryOut();
agent.destroy();
for (const failure of failures) console.error(failure);
console.log(`${requests} requests`);
process.exitCode = failures.length > 0 ? 1 : 0;
