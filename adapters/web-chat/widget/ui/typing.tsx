import { fill } from '../texts/language';
import { useAround } from './context';

/** Three dots for somebody who is writing. */
export function Typing({ name }: { readonly name: string }) {
  const { texts } = useAround();
  return (
    <div class="group typing">
      <div class="bubble">
        <span class="spoken">{fill(texts.typing, { name })}</span>
        <i />
        <i />
        <i />
      </div>
    </div>
  );
}
