import { piecesOf } from '../model/links';
import { useAround } from './context';

/** A text as it was written, with its links. Nothing in it is ever taken for HTML. */
export function RichText({ text }: { readonly text: string }) {
  const { texts } = useAround();
  return (
    <>
      {piecesOf(text).map(({ text: piece, href }, index) =>
        href === undefined ? (
          piece
        ) : (
          <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow ugc">
            {piece}
            <span class="spoken"> ({texts.opensNewTab})</span>
          </a>
        ),
      )}
    </>
  );
}
