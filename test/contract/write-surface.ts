import { writeFileSync } from 'node:fs';
import { hashOf, SURFACE_FILE, surfaceOf } from './surface';

/** Writes what plugins see of us, after a change that is meant, and says what the changelog has to name. */
const surface = surfaceOf();
writeFileSync(SURFACE_FILE, surface);
console.log(
  `the surface is ${hashOf(surface)}: say in CHANGELOG.md what changed, in a line that begins with it`,
);
