import type { Measure, OutboundMessage } from '../../plugins/contract/index';

/** How many segments Twilio will bill: GSM-7, or with a single other character UCS-2; media makes it one MMS. */
export function measure({ text = '', media }: Pick<OutboundMessage, 'text' | 'media'>): Measure {
  if (media.length > 0) return { unit: 'mms', count: 1 };
  if (text === '') return { unit: 'segments', count: 0 };
  if (PLAIN_GSM_7.test(text))
    return { unit: 'segments', count: plainSegments(text.length), encoding: 'GSM-7' };
  const { SegmentedMessage } = segments();
  const message = new SegmentedMessage(text);
  return { unit: 'segments', count: message.segmentsCount, encoding: message.encodingName };
}

// 3GPP TS 23.038, the characters of one septet. Most texts consist of nothing else, and the library takes milliseconds.
const PLAIN_GSM_7 = /^[@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]+$/;
const ALONE = 160;
const IN_SEVERAL = 153;

function plainSegments(septets: number): number {
  return septets <= ALONE ? 1 : Math.ceil(septets / IN_SEVERAL);
}

function segments(): typeof import('sms-segments-calculator') {
  return require('sms-segments-calculator');
}
