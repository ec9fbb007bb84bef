/** The house's import rules. Every room names what it may import; everything else is refused. */
const ROOMS = {
  core: ['core'],
  interview: ['core', 'interview'],
  intake: ['core', 'intake'],
  store: ['core', 'store'],
  auth: ['core', 'store', 'auth'],
  telephony: ['core', 'telephony'],
  reports: ['core', 'reports'],
  images: ['core', 'images'],
  services: ['core', 'interview', 'store', 'reports', 'images', 'services'],
  http: ['core', 'services', 'http', 'intake', 'auth'],
  jobs: ['core', 'services', 'jobs'],
  demo: ['core', 'services', 'intake', 'demo'],
  cli: ['core', 'services', 'intake', 'demo', 'cli'],
};

/** One home per library. */
const HOMES = {
  'simple-statistics': '^src/core/stats/',
  'drizzle-orm': '^src/store/|^scripts/',
  'better-sqlite3': '^src/store/dialect/|^scripts/bench/',
  pg: '^src/store/dialect/|^test/',
  hono: '^src/http/|^web/shared/api\\.ts$',
  '@hono/node-server': '^src/http/|^scripts/bench/',
  'better-auth': '^src/auth/',
  'survey-core': '^src/interview/|^web/survey/|^test/',
  'survey-react-ui': '^web/survey/',
  commander: '^src/cli',
  'csv-parse': '^src/intake/',
  saxes: '^src/intake/|^src/telephony/simulator/',
  twilio: '^src/telephony/twilio/|^test/telephony/',
  ajv: '^test/telephony/',
  yauzl: '^src/intake/',
  'write-excel-file': '^src/reports/',
  sharp: '^src/images/|^test/',
  uqr: '^src/images/',
  'libphonenumber-js': '^src/core/sample/',
  pino: '^src/runtime\\.ts$',
  react: '^web/',
  idb: '^web/console/publicity/',
};

/**
 * The command line starts the whole, so it also sees the settings, the composition root and the telephone network; the
 * services know the port to the carriers, and the hook for carriers reads and writes what these carriers speak.
 */
const ALSO = {
  cli: ['^src/(main|config|runtime)\\.ts$', '^src/(telephony|jobs|interview)/'],
  services: ['^src/telephony/carrier\\.ts$'],
  http: ['^src/telephony/twilio/'],
};

const rooms = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `${room}-imports`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: {
    path: '^src/',
    pathNot: [...allowed.map((name) => `^src/${name}/`), ...(ALSO[room] ?? [])].join('|'),
    dependencyTypesNot: ['type-only'],
  },
}));

const homes = Object.entries(HOMES).map(([library, home]) => ({
  name: `home-of-${library.replace(/\W/g, '-')}`,
  severity: 'error',
  from: { pathNot: home },
  to: { path: `^node_modules/${library}/` },
}));

module.exports = {
  forbidden: [
    ...rooms,
    ...homes,
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'no files, no clock, no network in the core',
      from: { path: '^src/core/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'types-cross-few-borders',
      severity: 'error',
      comment: 'even as types, only these rooms look at others',
      from: { path: '^src/(core|interview|intake|store|auth|reports|images)/' },
      to: { path: '^src/(services|http|cli|demo)/' },
    },
    {
      name: 'web-sees-core-and-types',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^src/', pathNot: '^src/(core|interview)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'sources-do-not-import-tests',
      severity: 'error',
      from: { path: '^(src|web)/' },
      to: { path: '^(test|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json'] },
  },
};
