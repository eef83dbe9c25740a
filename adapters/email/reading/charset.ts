/** Text of bytes in a named charset; a name that nobody knows, or bytes that do not fit it, are read as well as can be. */
export function decodeBytes(bytes: Uint8Array, charset: string): string {
  const name = charset.replace(/\*.*$/, '').trim().toLowerCase(); // RFC 2231 5: a language may follow
  const decoder = name === '' || name === 'us-ascii' || name === 'ascii' ? undefined : decoderOf(name);
  return decoder ? decoder.decode(bytes) : decodeUnlabelled(bytes);
}

/** Text of bytes that say nothing about themselves: UTF-8 where they are valid UTF-8, else what Windows writes. */
export function decodeUnlabelled(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Text of bytes in a code page, by the number that Windows gives it. */
export function decodeCodepage(bytes: Uint8Array, codepage: number): string {
  const isWindows = codepage === 874 || (codepage >= 1250 && codepage <= 1258);
  return decodeBytes(bytes, CODEPAGES[codepage] ?? (isWindows ? `windows-${codepage}` : ''));
}

const CODEPAGES: Readonly<Record<number, string>> = {
  ...{ 932: 'shift_jis', 936: 'gbk', 949: 'euc-kr', 950: 'big5', 10000: 'macintosh', 20866: 'koi8-r' },
  ...{ 28591: 'iso-8859-1', 28592: 'iso-8859-2', 28605: 'iso-8859-15', 50220: 'iso-2022-jp', 65001: 'utf-8' },
};

const ALIASES: Readonly<Record<string, string>> = {
  cp949: 'euc-kr',
  'ks_c_5601-1989': 'euc-kr',
  cp932: 'shift_jis',
  'windows-31j': 'shift_jis',
  cp936: 'gbk',
  cp1252: 'windows-1252',
  cp1251: 'windows-1251',
  utf: 'utf-8',
  'utf-8n': 'utf-8',
  'x-unknown': 'windows-1252',
};

function decoderOf(name: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(ALIASES[name] ?? name);
  } catch {
    return undefined; // a RangeError: no such charset
  }
}
