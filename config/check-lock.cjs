/** Fails when the lock file names a registry, or lists optional packages that it has no entry for (`npm ci` would refuse it). */
const { readFileSync } = require('node:fs');

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const names = new Set(Object.keys(packages).map((key) => key.replace(/^.*node_modules\//, '')));
const problems = [];
for (const [key, entry] of Object.entries(packages)) {
  if (entry.resolved?.startsWith('http')) problems.push(`${key} names a registry`);
  for (const optional of Object.keys(entry.optionalDependencies ?? {}))
    if (!names.has(optional)) problems.push(`${key} ${entry.version} lacks its optional ${optional}`);
}
for (const problem of problems) console.error(problem);
process.exit(problems.length > 0 ? 1 : 0);
