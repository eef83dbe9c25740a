import { afterEach, beforeEach, describe, it } from 'node:test';
import { describeChannel } from 'parley-gateway/testing';
import { definition } from './index';
import provider from './simulator';

/** Everything that a channel has to keep: each check that fails says in a sentence how to mend it. */
describeChannel({ ...provider, definition, runner: { describe, it, beforeEach, afterEach } });
