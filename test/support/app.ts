import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Config, readConfig } from '../../src/config.ts';
import { type AppDeps, createApp } from '../../src/http/app.ts';
import { compose } from '../../src/main.ts';
import { newId } from '../../src/runtime.ts';
import { OPERATOR, type Role } from '../../src/services/actor.ts';
import { countySurvey, table, UNITS } from './world.ts';

export const BASE_URL = 'http://localhost:8787';
export const PASSWORD = '安康市汉滨区五里镇一号';

export type TestApp = Awaited<ReturnType<typeof startApp>>;

/** The whole service on a data folder of its own, without a port; units, a survey and an open wave “2026” are in it. */
export async function startApp(
  change: Partial<AppDeps> = {},
  config: Partial<Config> = {},
  surroundings: Parameters<typeof compose>[1] = {},
) {
  const dataDir = mkdtempSync(join(tmpdir(), 'zhixiao-app-'));
  const services = await compose(
    { ...readConfig({ dataDir, port: 8787 }), logLevel: 'silent', ...config },
    surroundings,
  );
  const logged: Array<{ fields: object; message: string }> = [];
  const app = createApp({
    ...services,
    newId,
    log: { error: (fields, message) => logged.push({ fields, message }) },
    baseUrl: BASE_URL,
    trustProxy: false,
    ratePerMinute: 0,
    demo: null,
    ...change,
  });
  await services.units.importUnits(OPERATOR, { units: await table(UNITS) });
  await services.surveys.publishSurvey(OPERATOR, countySurvey());
  await openWave('2026', '6109');

  async function openWave(code: string, rootUnit: string): Promise<void> {
    await services.waves.createWave(OPERATOR, {
      ...{ code, survey: 'saohei-county', rootUnit, period: '2026', modes: ['phone', 'web-open', 'web-token'] },
      ...{ fieldworkStart: '2020-01-01', fieldworkEnd: '2034-12-31' },
    });
    await services.waves.openWave(OPERATOR, code);
  }

  async function addAccount(username: string, role: Role, unitCode: string): Promise<string> {
    const input = { username, name: username, role, unitCode, password: PASSWORD };
    return (await services.accounts.createAccount(OPERATOR, input)).account.id;
  }

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    return app.request(`${BASE_URL}${path}`, init);
  }

  return {
    app,
    services,
    logged,
    send,
    openWave,
    addAccount,
    placeCode: async (unit: string) => (await services.units.getUnit(OPERATOR, unit)).placeCode,

    /** Opens an account, signs in, and gives a function that sends requests with its cookie, as our page would. */
    async signIn(role: Role, unitCode: string) {
      const username = `${role}-${unitCode}`;
      await addAccount(username, role, unitCode);
      const response = await send('/api/auth/sign-in/username', json('POST', { username, password: PASSWORD }));
      const cookie = response.headers.getSetCookie().map((one) => one.split(';')[0]);
      return (path: string, init: RequestInit = {}): Promise<Response> => {
        const headers = new Headers(init.headers);
        headers.set('cookie', cookie.join('; '));
        if (!headers.has('origin')) headers.set('origin', BASE_URL);
        return send(path, { ...init, headers });
      };
    },

    async close(): Promise<void> {
      await services.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function json(method: string, body: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

export function form(parts: Readonly<Record<string, string | readonly [name: string, bytes: Uint8Array | string]>>) {
  const body = new FormData();
  for (const [field, part] of Object.entries(parts)) {
    if (typeof part === 'string') body.set(field, part);
    else body.set(field, new File([part[1]], part[0]));
  }
  return { method: 'POST', body } satisfies RequestInit;
}

/** The error of a response, which must have the one shape that all errors have. */
export async function errorOf(response: Response): Promise<{ code: string; details: Record<string, unknown> }> {
  const body = (await response.json()) as { error?: { code: string; details: object; requestId: string } };
  const keys = [Object.keys(body), Object.keys(body.error ?? {}).sort()];
  if (JSON.stringify(keys) !== '[["error"],["code","details","requestId"]]' || !body.error?.requestId) {
    throw new Error(`not the shape of an error: ${JSON.stringify(body)}`);
  }
  return { code: body.error.code, details: body.error.details as Record<string, unknown> };
}
