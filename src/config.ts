import { resolve } from 'node:path';
import { z } from 'zod';
import { errorSentence } from './core/errors.ts';
import type { Lang } from './core/text.ts';
import type { TelephonySettings } from './telephony/connect.ts';

/**
 * Every setting of the service: its name, what it means, what it may be, its default. This is the only reader of the environment;
 * `.env.example` is generated from it (`npm run env`).
 */
const SETTINGS = {
  DATA_DIR: {
    about:
      'Folder of the embedded database, the secret, the files of the ledger, recordings of calls and recorded prompts.',
    expected: { zh: '文件夹的路径', en: 'the path of a folder' },
    schema: z.string().min(1).default('data'),
  },
  DATABASE_URL: {
    about: 'Address of a PostgreSQL database (postgres://…); empty: the embedded SQLite file in DATA_DIR.',
    expected: { zh: 'postgres://开头的地址，或留空', en: 'an address that begins with postgres://, or nothing' },
    schema: z.union([z.literal(''), z.url({ protocol: /^postgres(ql)?$/ })]).default(''),
  },
  HOST: {
    about: 'Address to listen on; 0.0.0.0 for all networks.',
    expected: { zh: '一个网络地址，如127.0.0.1', en: 'a network address such as 127.0.0.1' },
    schema: z.string().min(1).default('127.0.0.1'),
  },
  PORT: {
    about: 'Port to listen on.',
    expected: { zh: '0至65535的整数', en: 'a whole number from 0 to 65535' },
    schema: z.coerce.number().int().min(0).max(65535).default(8787),
  },
  PUBLIC_BASE_URL: {
    about: 'Address under which residents and staff reach the service; empty: http://localhost:PORT.',
    expected: {
      zh: 'http://或https://开头的网址，或留空',
      en: 'an address that begins with http:// or https://, or nothing',
    },
    schema: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
  },
  SECRET: {
    about:
      'Key that signs sessions and survey tickets, 32 characters or more; empty: made once and kept in DATA_DIR/secret.',
    expected: { zh: '至少32个字符，或留空', en: 'at least 32 characters, or nothing' },
    schema: z.union([z.literal(''), z.string().min(32)]).default(''),
  },
  TIME_ZONE: {
    about: 'Time zone in which fieldwork days begin and end.',
    expected: { zh: '时区名，如Asia/Shanghai', en: 'the name of a time zone such as Asia/Shanghai' },
    schema: z.string().refine(isTimeZone).default('Asia/Shanghai'),
  },
  TRUST_PROXY: {
    about: 'yes when a reverse proxy in front sets X-Forwarded-For; the rate limits then count by that address.',
    expected: { zh: 'yes或no', en: 'yes or no' },
    schema: z.enum(['yes', 'no']).default('no'),
  },
  RATE_PER_MINUTE: {
    about:
      'Requests a minute that one address may make to the resident page; many phones may share one address. 0: no limit.',
    expected: { zh: '不小于0的整数', en: 'a whole number, 0 or more' },
    schema: z.coerce.number().int().min(0).default(3000),
  },
  CARRIER: {
    about:
      'Who places calls: simulator (a telephone network of the house, for trials), manual (interviewers dial on the desk phone), twilio.',
    expected: {
      zh: 'simulator、manual、twilio之一；twilio还须填写账号和令牌',
      en: 'one of simulator, manual, twilio; twilio needs the account and its token, too',
    },
    schema: z.enum(['simulator', 'manual', 'twilio']).default('simulator'),
  },
  CALLER_ID: {
    about: 'The number shown to whom we call, in international form (+86…); messages come from it, too.',
    expected: { zh: '国际格式的号码，如+862912340000', en: 'a number in international form, such as +862912340000' },
    schema: z.union([z.literal(''), z.string().regex(/^\+[1-9]\d{6,14}$/)]).default(''),
  },
  TWILIO_ACCOUNT_SID: {
    about: 'Account at Twilio, or at a server that speaks the same. Twilio does not call mainland China.',
    expected: { zh: 'AC开头的34个字母和数字', en: 'AC and 32 letters and digits' },
    schema: z.union([z.literal(''), z.string().regex(/^AC[0-9a-zA-Z]{32}$/)]).default(''),
  },
  TWILIO_AUTH_TOKEN: {
    about: 'Token of that account; it also signs the webhooks.',
    expected: { zh: '令牌', en: 'the token' },
    schema: z.string().default(''),
  },
  TWILIO_AUTH_TOKEN_SECONDARY: {
    about: 'The other token while the token is being changed: webhooks signed with either are believed.',
    expected: { zh: '令牌', en: 'the token' },
    schema: z.string().default(''),
  },
  TWILIO_BASE_URL: {
    about:
      'Another server that speaks the same as Twilio; empty: Twilio itself, or for the simulator http://127.0.0.1:8790.',
    expected: { zh: '以http://或https://开头的网址', en: 'an address that begins with http:// or https://' },
    schema: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
  },
  RECORDING_DAYS: {
    about: 'So many days recordings of calls are kept; then they are deleted.',
    expected: { zh: '1至3650的整数', en: 'a whole number from 1 to 3650' },
    schema: z.coerce.number().int().min(1).max(3650).default(180),
  },
  LOG_LEVEL: {
    about: 'How much to log: silent, error, warn, info or debug.',
    expected: { zh: 'silent、error、warn、info、debug之一', en: 'one of silent, error, warn, info, debug' },
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
  },
} as const;

type SettingName = keyof typeof SETTINGS;

export interface Config {
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly host: string;
  readonly port: number;
  readonly publicBaseUrl: string | null;
  readonly secret: string | null;
  readonly timeZone: string;
  readonly trustProxy: boolean;
  readonly ratePerMinute: number;
  readonly telephony: TelephonySettings;
  readonly recordingDays: number;
  readonly logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug';
}

/** Settings that cannot be used. Their values are not told: some are secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly settings: readonly SettingName[];

  constructor(settings: readonly SettingName[]) {
    super(settings.join(', '));
    this.settings = settings;
  }

  /** A line for each setting: its name, and what it should be. */
  explain(lang: Lang): string {
    return this.settings
      .map((setting) =>
        errorSentence({ code: 'SETTING_BAD', details: { setting, expected: SETTINGS[setting].expected[lang] } }, lang),
      )
      .join('\n');
  }
}

/**
 * Reads the settings from the environment.
 * @param overrides what the command line says; it wins over the environment
 * @throws ConfigError naming every setting that is wrong
 */
export function readConfig(
  overrides: { readonly dataDir?: string | undefined; readonly port?: number | undefined } = {},
): Config {
  const shape = Object.fromEntries(Object.entries(SETTINGS).map(([name, setting]) => [name, setting.schema])) as {
    [Name in SettingName]: (typeof SETTINGS)[Name]['schema'];
  };
  const parsed = z.object(shape).safeParse(process.env);
  if (!parsed.success) {
    const wrong = new Set(parsed.error.issues.map(({ path }) => path[0]));
    throw new ConfigError((Object.keys(SETTINGS) as SettingName[]).filter((name) => wrong.has(name)));
  }
  const env = parsed.data;
  // Without its account and token this carrier can place no call and believe no webhook.
  if (env.CARRIER === 'twilio' && !(env.TWILIO_ACCOUNT_SID && env.TWILIO_AUTH_TOKEN))
    throw new ConfigError(['CARRIER']);
  return {
    dataDir: resolve(overrides.dataDir ?? env.DATA_DIR),
    databaseUrl: env.DATABASE_URL || null,
    host: env.HOST,
    port: overrides.port ?? env.PORT,
    publicBaseUrl: env.PUBLIC_BASE_URL.replace(/\/+$/, '') || null,
    secret: env.SECRET || null,
    timeZone: env.TIME_ZONE,
    trustProxy: env.TRUST_PROXY === 'yes',
    ratePerMinute: env.RATE_PER_MINUTE,
    logLevel: env.LOG_LEVEL,
    recordingDays: env.RECORDING_DAYS,
    telephony: {
      carrier: env.CARRIER,
      callerId: env.CALLER_ID || null,
      accountSid: env.TWILIO_ACCOUNT_SID || null,
      authToken: env.TWILIO_AUTH_TOKEN || null,
      secondaryAuthToken: env.TWILIO_AUTH_TOKEN_SECONDARY || null,
      baseUrl: env.TWILIO_BASE_URL.replace(/\/+$/, '') || null,
    },
  };
}

/** The language of the command line when nobody says: English where the shell speaks it, else Chinese. */
export function preferredLang(): Lang {
  const locale = process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '';
  return locale.startsWith('en') ? 'en' : 'zh';
}

/** The text of `.env.example`: one comment and one line per setting. */
export function exampleEnv(): string {
  const lines = Object.entries(SETTINGS).map(
    ([name, { about, schema }]) => `# ${about}\n${name}=${schema.parse(undefined)}`,
  );
  return `${lines.join('\n\n')}\n`;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
