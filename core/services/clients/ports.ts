import type { ClientPorts, ClientSession } from '../../../plugins/contract/index';
import { answer } from './answer';
import type { Business } from './business';
import * as profiles from './client-profiles';
import * as content from './content';
import type { ClientAccount, ClientActor, ClientsContext } from './context';
import * as conversations from './conversations';
import * as history from './history';
import { leaveAddress } from './leave-address';
import { mark } from './marks';
import { ownChat } from './own-chat';
import { begin, own } from './own-conversation';
import * as participants from './participants';
import { post } from './post';
import * as sessions from './sessions';
import { setTyping, showTyping } from './typing';

/** What the adapter of one account works with. */
export function clientPorts(
  context: ClientsContext,
  account: ClientAccount,
  business: Business,
): ClientPorts {
  const by = (session: ClientSession): ClientActor => ({ context, account, session });
  const { sessionTokens } = context;
  return {
    sessions: {
      challenge: () => sessionTokens.challenge(account.spaceId),
      nonceOf: (id) => sessionTokens.nonceOf(account.spaceId, id),
      open: (wish) => sessions.open(context, account, wish),
      end: (session) => sessions.end(context, session),
      setPush: (session, push) => sessions.setPush(context, session, push),
    },
    profiles: {
      get: (session, id) => profiles.get(by(session), id),
      find: (session, fields) => profiles.find(by(session), fields),
      update: (session, change) => profiles.update(by(session), change),
      leaveAddress: (session, left) => leaveAddress(by(session), left),
    },
    conversations: {
      create: (session, wish) => conversations.create(by(session), wish),
      list: (session, scope) => conversations.list(by(session), scope),
      own: (session) => own(by(session)),
      begin: (session) => begin(by(session)),
      ownChat: ({ profileId }) => context.store.read((tx) => ownChat(tx, account, profileId)),
      get: (session, id) => conversations.get(by(session), id),
      update: (session, change) => conversations.update(by(session), change),
      remove: (session, id, ifMatch) => conversations.remove(by(session), id, ifMatch),
      participants: (session, id) => participants.list(by(session), id),
      addParticipants: (session, id, added) => participants.add(by(session), id, added),
      removeParticipants: (session, id, ids) => participants.remove(by(session), id, ids),
      setTyping: (session, id, isOn) => setTyping(by(session), id, isOn),
      post: (session, id, given) => post(by(session), id, given),
      messages: (session, id, page) => history.messages(by(session), id, page),
      mark: (session, id, marks) => mark(by(session), id, marks),
      events: (session, id, page) => history.events(by(session), id, page),
      answer: (given) => answer(context, account, given),
      showTyping: (conversationId, profileId, isOn) =>
        showTyping(context, account, { conversationId, profileId, isOn }),
    },
    content: {
      keep: (session, file, types) => content.keep(by(session), file, types),
      find: (id) => content.find(context, account, id),
    },
    business: { team: (id) => business(account, id) },
  };
}
