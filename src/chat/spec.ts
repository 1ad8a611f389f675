/** Model specs, `rehearsal` | `MODEL@BASE_URL[,BASE_URL…]` | `MODEL`, and which environment key goes to which server. */
import type { Role } from '../domain/index.js';
import { EntenteError } from '../errors.js';

/** Several base URLs are replicas: the same model on different servers. */
export type ModelSpec = { kind: 'rehearsal' } | { kind: 'openai'; model: string; baseUrls: [string, ...string[]] };

export type Environment = Readonly<Record<string, string | undefined>>;

const openaiUrl = 'https://api.openai.com/v1';

/** Throws `usage` where the spec cannot be read. A base URL without a path means `/v1`, where servers answer. */
export function parseModelSpec(spec: string, env: Environment): ModelSpec {
  if (spec === 'rehearsal') return { kind: 'rehearsal' };
  const at = spec.search(/@https?:\/\//);
  if (at === -1 && spec.includes('://')) {
    throw new EntenteError(
      'usage',
      `"${withoutUserInfo(spec)}" has no model name; write MODEL@BASE_URL, such as qwen3@http://127.0.0.1:8000/v1.`,
    );
  }
  if (at === -1 && /@[^/@]+(:\d+|\/)/.test(spec)) {
    throw new EntenteError('usage', `"${withoutUserInfo(spec)}": the base URL must start with http:// or https://.`);
  }
  const model = at === -1 ? spec : spec.slice(0, at);
  if (model.trim() === '')
    throw new EntenteError('usage', `"${withoutUserInfo(spec)}" has no model name before the @.`);
  if (at === -1) return { kind: 'openai', model, baseUrls: [normalisedBaseUrl(env['OPENAI_BASE_URL'] || openaiUrl)] };
  const [first = '', ...others] = new Set(
    spec
      .slice(at + 1)
      .split(',')
      .map(normalisedBaseUrl),
  );
  return { kind: 'openai', model, baseUrls: [first, ...others] };
}

/** A key that was put before the host by mistake is not to be repeated. */
function withoutUserInfo(given: string): string {
  return given.replace(/:\/\/.*@/, '://…@');
}

function normalisedBaseUrl(given: string): string {
  // "localhost:8000" parses as well, as a protocol of that name.
  if (!/^https?:\/\//i.test(given) || !URL.canParse(given)) {
    throw new EntenteError('usage', `"${withoutUserInfo(given)}" is not a URL; it starts with http:// or https://.`);
  }
  const url = new URL(given);
  if (url.username !== '' || url.password !== '') {
    throw new EntenteError(
      'usage',
      `${url.host}: keys do not go into a URL; put it into OPENAI_API_KEY or name its variable in the config.`,
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw new EntenteError(
      'usage',
      `${url.origin}${url.pathname}: a base URL has no query; give it without what follows the "?".`,
    );
  }
  const path = url.pathname.replace(/\/+$/, '');
  return `${url.origin}${path === '' ? '/v1' : path}`;
}

/**
 * The key for one role, or null. A role's own `api_key_env` goes to that role's servers. OPENAI_API_KEY belongs to one
 * base URL only: OPENAI_BASE_URL if set; else OpenAI's where some role uses it; else the one URL that all roles name.
 * So a key never reaches a second server because a run happens to use two.
 */
export function keyForRole<Name extends string>(
  name: Name,
  roles: Readonly<Record<Name, Role>>,
  env: Environment,
): string | null {
  const role: Role = roles[name];
  const spec = parseModelSpec(role.model, env);
  if (spec.kind === 'rehearsal') return null;
  if (role.api_key_env !== null) {
    const key = env[role.api_key_env];
    if (!key) throw new EntenteError('usage', `${name}: the environment variable ${role.api_key_env} is not set.`);
    return key;
  }
  const key = env['OPENAI_API_KEY'];
  const owner = ownerOfDefaultKey(roles, env);
  return key && spec.baseUrls.every((url) => url === owner) ? key : null;
}

function ownerOfDefaultKey(roles: Readonly<Record<string, Role>>, env: Environment): string | null {
  if (env['OPENAI_BASE_URL']) return normalisedBaseUrl(env['OPENAI_BASE_URL']);
  const urls = new Set<string>();
  for (const { model } of Object.values(roles)) {
    const spec = parseModelSpec(model, env);
    // Also where a role has a key of its own: that key may be this one, named.
    if (spec.kind === 'openai') for (const url of spec.baseUrls) urls.add(url);
  }
  if (urls.has(openaiUrl)) return openaiUrl;
  const [only] = urls;
  return urls.size === 1 && only !== undefined ? only : null;
}
