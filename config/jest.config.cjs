/** These packages exist as ES modules only; Jest's CommonJS loader takes them through swc like our own code. */
const esModulesOnly = [
  'jose',
  'file-type',
  'strtok3',
  'token-types',
  '@tokenizer',
  'uint8array-extras',
  '@borewit',
];

module.exports = {
  rootDir: '..',
  roots: ['<rootDir>/test', '<rootDir>/adapters', '<rootDir>/core', '<rootDir>/plugins', '<rootDir>/config'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/plugins/local'],
  // The template's own test runs where the template was copied to.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/plugins/template/'],
  testEnvironment: 'node',
  testTimeout: 90_000,
  maxWorkers: 2,
  // Each file leaves some megabytes of modules behind (native ones are never let go): a worker starts anew before its collector slows the tests.
  workerIdleMemoryLimit: '256MB',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/after-env.ts'],
  reporters: ['default', '<rootDir>/test/support/left-out-reporter.cjs'],
  moduleNameMapper: {
    '^parley-gateway/plugin$': '<rootDir>/plugins/contract/index.ts',
    '^parley-gateway/testing$': '<rootDir>/plugins/testing/index.ts',
    '^file-type$': '<rootDir>/node_modules/file-type/index.js',
    '^strtok3$': '<rootDir>/node_modules/strtok3/lib/index.js',
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esModulesOnly.join('|')})/)`],
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
};
