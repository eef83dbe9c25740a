import type { Knex } from 'knex';
import * as start from './0001-start';
import * as nodes from './0002-nodes';
import * as webhooks from './0003-webhooks';
import * as appMessaging from './0004-app-messaging';
import * as windows from './0005-windows';
import * as teams from './0007-teams';
import * as hours from './0008-hours';
import * as webChat from './0010-web-chat';
import * as automatic from './0011-automatic';
import * as workingTeams from './0012-working-teams';
import * as smallFiles from './0013-small-files';
import * as agentSignatures from './0015-agent-signatures';
import * as ratings from './0016-ratings';
import * as chatsOfTeams from './0017-chats-of-teams';
import * as chatsOfPeople from './0018-chats-of-people';
import * as chatsInOrder from './0019-chats-in-order';

// Names without an extension: the same in TypeScript and in the build.
const migrations: Readonly<Record<string, Knex.Migration>> = {
  '0001-start': { up: start.up, down: start.down },
  '0002-nodes': { up: nodes.up, down: nodes.down },
  '0003-webhooks': { up: webhooks.up, down: webhooks.down },
  '0004-app-messaging': { up: appMessaging.up, down: appMessaging.down },
  '0005-windows': { up: windows.up, down: windows.down },
  '0007-teams': { up: teams.up, down: teams.down },
  '0008-hours': { up: hours.up, down: hours.down },
  '0010-web-chat': { up: webChat.up, down: webChat.down },
  '0011-automatic': { up: automatic.up, down: automatic.down },
  '0012-working-teams': { up: workingTeams.up, down: workingTeams.down },
  '0013-small-files': { up: smallFiles.up, down: smallFiles.down },
  '0015-agent-signatures': { up: agentSignatures.up, down: agentSignatures.down },
  '0016-ratings': { up: ratings.up, down: ratings.down },
  '0017-chats-of-teams': { up: chatsOfTeams.up, down: chatsOfTeams.down },
  '0018-chats-of-people': { up: chatsOfPeople.up, down: chatsOfPeople.down },
  '0019-chats-in-order': { up: chatsInOrder.up, down: chatsInOrder.down },
};

/** All migrations in their order; part of the code, so that there is nothing to find on disk. */
export const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => Object.keys(migrations),
  getMigrationName: (name) => name,
  getMigration: async (name) => {
    const migration = migrations[name];
    if (!migration) throw new Error(`there is no migration ${name}`);
    return migration;
  },
};
