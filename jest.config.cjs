const inCi = Boolean(process.env.CI);

/** SWC compiles each file to CommonJS; jest loads the ESM packages of the framework through require(esm). */
module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,libs,test,migrations}/**/*.{spec,e2e-spec}.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/', '<rootDir>/coverage/'],
  maxWorkers: 2,
  // Machines of CI are shared: a test that waits for others' work is given three times as long there.
  testTimeout: inCi ? 60_000 : 20_000,
  globalSetup: '<rootDir>/test/global-setup.cjs',
  globalTeardown: '<rootDir>/test/global-teardown.cjs',
  reporters: ['default', '<rootDir>/test/reporter.cjs'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  moduleNameMapper: {
    '^#(libs|migrations)/(.*)\\.js$': '<rootDir>/$1/$2.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  collectCoverage: inCi,
  coverageProvider: 'v8',
  coverageReporters: ['text-summary', 'lcov'],
  coverageThreshold: { global: { lines: 90, branches: 90 } },
  collectCoverageFrom: [
    '{apps,libs,migrations}/**/*.ts',
    '!**/*.{spec,e2e-spec,contract}.ts',
    '!**/testing/**',
    // The entries run as processes of their own (e2e and crash tests), where this measurement does not reach.
    '!apps/*/main.ts',
  ],
};
