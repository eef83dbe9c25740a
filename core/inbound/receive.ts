import { ChannelError, type HttpReply, type RawRequest } from '../../plugins/contract/index';
import { isLive, type LiveRuntime, type Runtime } from '../channels/registry';
import { StoreUnavailable } from '../store/store';
import { prove } from './proven';
import { receiveShared, type SharedOptions, takeParts } from './shared-webhook';
import { takeDelivery } from './take-delivery';

type ReceiveOptions = SharedOptions;

/** Answers a provider's call: verify, parse, store, and only then reply. */
export type Receive = (accountId: string, request: RawRequest) => Promise<HttpReply>;

const NOT_FOUND: HttpReply = { status: 404, body: 'there is no such channel account' };
// The provider sends again, or tells its operator.
const TRY_AGAIN: HttpReply = { status: 503, headers: { 'retry-after': '5' }, body: 'try again' };

export function createReceive(options: ReceiveOptions): Receive {
  return async (accountId, request) => {
    let runtime: Runtime | undefined;
    try {
      runtime = await options.registry.find(accountId);
      if (!runtime) return await answerForAll(options, accountId, request);
      return isLive(runtime) ? await answer(options, runtime, request) : TRY_AGAIN;
    } catch (error) {
      return afterError(options, accountId, runtime?.account.adapter ?? 'none', error);
    }
  };
}

function afterError(
  { log, count }: ReceiveOptions,
  accountId: string,
  adapter: string,
  error: unknown,
): HttpReply {
  if (ChannelError.is(error) && error.kind === 'forbidden') {
    count('forged', adapter);
    log.warn({ accountId, reason: error.message }, 'webhook refused');
    return { status: 403, body: 'the signature does not match' };
  }
  count('not stored', adapter);
  log[error instanceof StoreUnavailable ? 'warn' : 'error']({ error, accountId }, 'webhook not stored');
  return TRY_AGAIN;
}

/** Instead of an account, the address may name an adapter whose provider calls one address for all accounts. */
async function answerForAll(
  options: ReceiveOptions,
  adapter: string,
  request: RawRequest,
): Promise<HttpReply> {
  const definition = options.registry.definition(adapter);
  return definition?.sharedWebhook ? receiveShared(options, definition, request) : NOT_FOUND;
}

async function answer(
  options: ReceiveOptions,
  runtime: LiveRuntime,
  request: RawRequest,
): Promise<HttpReply> {
  const { webhook } = runtime.channel;
  if (!webhook) return NOT_FOUND;
  if (request.method === 'GET' && webhook.challenge) return webhook.challenge(request);
  await prove(runtime, request);
  // Providers that know one address for many accounts may call any of them.
  if (runtime.definition.sharedWebhook) await takeParts(options, runtime.definition, request);
  else await takeDelivery(options, runtime, request);
  return webhook.reply?.(request) ?? { status: 200 };
}
