import type { Reason } from '../../../plugins/contract/index';

/** Why a mail did not arrive. */
export interface BounceReason {
  readonly reason: Reason;
  /** The address itself is wrong: nothing will ever arrive there. */
  readonly isPermanent: boolean;
}

const GONE: BounceReason = { reason: 'bad_address', isPermanent: true };
const soft = (reason: Reason): BounceReason => ({ reason, isPermanent: false });

// What servers say counts before the numbers they give: half of the world uses 5.1.1 and 5.7.1 for everything.
const WORDS: readonly (readonly [pattern: RegExp, reason: BounceReason])[] = [
  // A domain that takes no mail (RFC 7505) and a person who wants none are no wrong addresses, and may change their mind.
  [/null mx|rfc ?7505|does ?n[o']t (?:receive|accept) (?:e-?)?mail|recipient preferences/i, soft('blocked')],
  [
    /delivery not authorized|not authorized to (?:deliver|relay)|5\.7\.1\b.{0,80}not authori[sz]ed/i,
    soft('blocked'),
  ],
  // What Exchange Online says of an address that its directory does not have.
  [/recipient address rejected: access denied|requested action not taken: mailbox unavailable/i, GONE],
  [
    /(?:mailbox|inbox|quota|storage|disk|maildir|account)\b.{0,40}\b(?:full|exceed\w*|over(?:quota| quota)?|insufficient)|over ?quota|quota (?:exceeded|full)|exceed\w*.{0,30}\bquota|out of (?:disk|storage) space|mail ?box.{0,20}storage|insufficient (?:system|disk) (?:storage|space|resources)|user has too many messages|too much mail data|not enough (?:storage|disk) space|is full\b/i,
    soft('unknown'),
  ],
  [
    /(?:message|mail|size|body).{0,40}(?:too (?:big|large|long)|exceeds?.{0,30}(?:size|limit|maximum))|size limit exceeded|exceeds the maximum message size|maximum (?:message |file )?size (?:exceeded|for)|5\.3\.4/i,
    soft('too_long'),
  ],
  [
    /\b(?:dmarc|spf|dkim|sender policy framework|unauthenticated|authentication (?:checks?|information|failed)|sender id \(pra\)|not authorized to send)\b/i,
    soft('blocked'),
  ],
  [
    /reverse (?:dns|host|lookup|mapping)|\bptr\b|cannot (?:find|resolve) your (?:host|reverse)|fix reverse|forward-?confirmed|hostname \[.*\] rejected|cannot find your (?:reverse )?hostname|no reverse|rdns/i,
    soft('blocked'),
  ],
  [
    /\b(?:spam(?!assassin-ok)|bulk mail|junk|content (?:rejected|filter|restrict)|virus|malware|phish|prohibited|policy (?:reasons?|violation)|message content|unsolicited)\b/i,
    soft('filtered'),
  ],
  [
    /\b(?:blacklist\w*|block(?:ed|list|\s?list)\w*|bl(?:ac)?k ?list|listed (?:at|in|by|on)|rbl|spamhaus|dnsbl|reputation|banned|denied (?:by|due)|(?:access|connection|permission) denied|refused to talk|not (?:allowed|permitted)|greylist\w*|too many (?:connections|sessions|messages|recipients)|rate limit\w*|throttl\w*|local policy|relay(?:ing)? (?:access |not |is )?(?:denied|prohibited|allowed|permitted)|we do not relay|closed your connection)\b/i,
    soft('blocked'),
  ],
  [
    /(?:no longer|has (?:moved|changed)|new address|moved to|has been replaced)\b.{0,40}(?:address|mailbox|account|here|:)/i,
    GONE,
  ],
  [
    /\b(?:disabled|suspended|inactive|deactivated|has been (?:blocked|locked)|not active|expired account|account.{0,20}(?:closed|locked)|discontinued|temporarily unavailable)\b/i,
    soft('unknown'),
  ],
  [
    /(?:host|domain|server|site)\b.{0,60}(?:unknown|not found|does ?n[o']t exist|not exist|no such|cannot be (?:found|resolved)|could not be found|not resolvable)|no such (?:host|domain)|unknown (?:host|domain)|unrout(?:e)?able (?:mail )?(?:address|domain)|(?:name or service|name service) not known|nxdomain|bad destination (?:host|system)|illegal host\/domain|domain.{0,20}(?:invalid|not valid)|no mx|5\.1\.10|unable to (?:find|resolve) (?:the )?(?:host|domain)/i,
    GONE,
  ],
  [
    /user (?:is )?(?:unknown|not found|does(?: not|n't) exist|invalid|doesn't have)|(?:unknown|invalid|no such|bad|nonexistent|non-existent|undeliverable|illegal) (?:local[- ]part|user|recipient|mailbox|address|account|alias|person|addressee|e-?mail)|(?:mailbox|address|recipient|account|e-?mail|user|username|addressee|person|alias|destination)\b.{0,60}(?:unknown|not found|does(?: not|n't|nt) exist|not exist|invalid|unavailable or|not (?:listed|known|valid|recogni[sz]ed|registered|our customer)|no longer exists|isn't (?:found|known)|wasn't found|couldn't be found|could not be found|non-?existent|undeliverable)|no (?:such )?(?:user|mailbox|recipient|account|person|address|one)\b.{0,30}(?:here|by that name|found|exists?|with|on this)|not a (?:known|valid) (?:user|recipient|mailbox|address)|not (?:a )?(?:our|local) (?:customer|user)|recipient (?:address )?rejected|unknown (?:or illegal )?(?:alias|address|account)|has no mailbox|doesn't have an? \S+ account|this (?:user|account|address|recipient).{0,20}(?:doesn't|does not|is not|no longer)|not listed in|mailbox not|unknown_?user|usuario (?:desconocido|no existe)|\bns no such|recipnotfound|recipientnotfound|resolver\.adr|invalid recipient|name is not recogni[sz]ed|rejected: unknown|ディレクトリ.{0,20}(?:ありません|見つかりません)|は存在しません|見つかりません|invalid final delivery user/i,
    GONE,
  ],
  [
    /(?:delivery|message|mail|has).{0,40}(?:expired|timed? ?out|too long in (?:the )?queue|been in the queue too long)|retry time(?:out)? exceeded|could not be delivered for|connection (?:timed out|refused)|no route|network (?:is )?unreachable|giving up|retry timeout|not (?:yet )?(?:been )?delivered after|temporar(?:y|ily)|lost connection|connect to|loop(?:s|ing)?\b|too many hops/i,
    soft('expired'),
  ],
];

const BY_STATUS: readonly (readonly [pattern: RegExp, reason: BounceReason])[] = [
  [/^5\.1\.[1236]|^5\.1\.10|^5\.0\.(?:911|912)$/, GONE],
  [/^[45]\.2\.2/, soft('unknown')],
  [/^[45]\.3\.4|^5\.2\.3/, soft('too_long')],
  [/^4\.4\.|^5\.4\.7|^4\.7\.0|^[45]\.4\.[0-9]/, soft('expired')],
  [/^5\.7\.|^5\.1\.8/, soft('blocked')],
  [/^5\.6\./, soft('filtered')],
];

/** What a server meant by its words, its enhanced status code (RFC 3463) and whether it gave up. */
export function bounceReason(words: string, status: string | undefined): BounceReason {
  const text = words.slice(0, 4_000);
  const said = WORDS.find(([pattern]) => pattern.test(text))?.[1];
  if (said) return said;
  return BY_STATUS.find(([pattern]) => pattern.test(status ?? ''))?.[1] ?? soft('unknown');
}
