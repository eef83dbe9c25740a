import type { Client } from 'pg';

/**
 * From now on, what is asked of a connection leaves in turns: all that was asked while the last turn was being answered
 * goes out in one piece. Each piece wakes the server, and its answer us, which costs more than most of our statements:
 * works that share a transaction would else pay for it one by one.
 */
export function sendInTurns(client: Client): void {
  const { connection } = client;
  const { stream } = connection;
  const send: (...given: unknown[]) => unknown = client.query.bind(client);
  let [isHeld, asked, unanswered] = [false, 0, 0];
  const sendAll = () => {
    if (!isHeld) return;
    isHeld = false;
    unanswered += asked;
    asked = 0;
    stream.uncork();
  };
  const query = (...given: unknown[]) => {
    if (!isHeld) {
      isHeld = true;
      stream.cork();
    }
    // Once all who are about to ask have done so.
    if (unanswered === 0 && asked === 0) process.nextTick(sendAll);
    const before = stream.writableLength;
    const result = send(...given);
    // What could not be asked at all is not answered either.
    if (stream.writableLength > before) asked += 1;
    return result;
  };
  connection.on('readyForQuery', () => {
    unanswered -= 1;
    // Those who were just answered go on first.
    if (unanswered === 0) setImmediate(sendAll);
  });
  // What waits to be sent then is told so.
  connection.on('end', sendAll);
  Object.assign(client, { query });
}
