import { useState } from 'preact/hooks';

/** A face, or the first letters of a name where there is none. */
export function Avatar({
  name,
  url,
  size,
}: {
  readonly name: string;
  readonly url?: string | undefined;
  readonly size: number;
}) {
  const [isBroken, setBroken] = useState(false);
  const style = { inlineSize: `${size}px`, blockSize: `${size}px`, fontSize: `${Math.round(size * 0.4)}px` };
  return (
    <span class="avatar" style={style} aria-hidden="true">
      {url && /^https?:/.test(url) && !isBroken ? (
        <img src={url} alt="" referrerpolicy="no-referrer" onError={() => setBroken(true)} />
      ) : (
        initials(name)
      )}
    </span>
  );
}

function initials(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return letters
    .map((word = '') => [...word][0] ?? '')
    .join('')
    .toLocaleUpperCase();
}
