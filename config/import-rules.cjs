/** Who may import whom; run by `npm run imports`. */
const ours = '^(core|config|plugins|adapters)/';
const providerSdks = 'node_modules/(twilio|facebook-nodejs-business-sdk|imapflow|mailparser|nodemailer)/';
const only = (name, folder, packages) => ({
  name,
  severity: 'error',
  from: { pathNot: `^(${folder}|test/)` },
  to: { path: `node_modules/(${packages})/` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'contract-imports-nothing',
      severity: 'error',
      from: { path: '^plugins/contract/' },
      to: { pathNot: '^plugins/contract/' },
    },
    {
      name: 'core-knows-no-adapter',
      severity: 'error',
      from: { path: '^core/', pathNot: '^core/demo/' },
      to: { path: '^adapters/' },
    },
    {
      name: 'nothing-knows-the-demo',
      severity: 'error',
      from: { pathNot: '^core/(demo/|cli/commands/demo\\.ts)' },
      to: { path: '^core/demo/' },
    },
    {
      name: 'the-demo-knows-simulators-only',
      severity: 'error',
      from: { path: '^core/demo/' },
      to: { path: '^adapters/', pathNot: '^adapters/[^/]+/simulator' },
    },
    {
      name: 'adapters-know-only-the-contract',
      severity: 'error',
      from: { path: '^adapters/([^/]+)/', pathNot: '(simulator|\\.test\\.ts$)' },
      to: { path: ours, pathNot: ['^adapters/$1/', '^plugins/(contract|helpers)/'] },
    },
    {
      name: 'simulators-know-contract-and-driver',
      severity: 'error',
      from: { path: '^adapters/([^/]+)/.*(simulator|\\.test\\.ts$)' },
      to: { path: ours, pathNot: ['^adapters/$1/', '^plugins/(contract|helpers|testing)/'] },
    },
    {
      name: 'kit-knows-only-the-contract',
      severity: 'error',
      from: { path: '^plugins/testing/' },
      to: { path: '^(core|config|adapters|plugins/host)/' },
    },
    {
      name: 'model-imports-model-only',
      severity: 'error',
      from: { path: '^core/model/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: ['^core/model/', '^plugins/contract/', '^node_modules/'], dependencyTypesNot: ['core'] },
    },
    only('express-lives-in-core-http', 'core/http/', 'express|helmet'),
    only('knex-lives-in-core-store', '(core/store/|knexfile)', 'knex|better-sqlite3|pg'),
    only('commands-live-in-core-cli', 'core/(cli|demo)/', 'commander|eventsource-parser'),
    only('queues-live-in-queue-and-bus', 'core/(queue|bus)/', 'bull|ioredis'),
    {
      name: 'provider-sdks-live-in-adapters',
      severity: 'error',
      from: { pathNot: '^(adapters/|test/)' },
      to: { path: providerSdks },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      from: { pathNot: '(^test/|\\.test\\.ts$)' },
      to: { path: '^test/' },
    },
    { name: 'no-orphans-of-types', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/fixtures/|^dist/|^plugins/local/)' },
  },
};
