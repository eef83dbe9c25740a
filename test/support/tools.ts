import { spawnSync } from 'node:child_process';

/** Declares tests that need these programs; they are left out by name where one is missing and nobody requires all. */
export function describeWith(tools: readonly string[], name: string, tests: () => void): void {
  const missing = tools.filter((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).error);
  if (missing.length === 0 || process.env['PARLEY_TEST_REQUIRE'] === 'all') describe(name, tests);
  else
    describe(name, () =>
      test.skip(`is left out, because there is no ${missing.join(', no ')} here`, () => {}),
    );
}
