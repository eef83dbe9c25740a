import { Avatar } from './avatar';
import { useAround, useView } from './context';
import { RichText } from './rich-text';

/** What the team says first, once its time has come. */
export function Welcome() {
  const { config } = useAround().chat;
  const { availability, isWelcomeDue, messages } = useView();
  // Nobody is welcomed into an office that says that it is closed.
  if (!config.welcome || availability !== 'open' || (!isWelcomeDue && messages.length === 0)) return null;
  return (
    <div class="group welcome">
      <Avatar name={config.title} url={config.avatarUrl} size={28} />
      <div class="bubbles">
        <div class="bubble" dir="auto">
          <RichText text={config.welcome.text} />
        </div>
      </div>
    </div>
  );
}
