import { useState } from 'preact/hooks';
import { fill } from '../texts/language';
import { useAround, useView } from './context';

/** Whoever waits for an answer may leave an address, and get it there when they are gone. */
export function LeaveAddress() {
  const { chat, texts } = useAround();
  const { chat: state, hasAddress } = useView();
  const [address, setAddress] = useState('');
  const [isSaved, setSaved] = useState(false);
  const [isFailed, setFailed] = useState(false);
  if (isSaved)
    return (
      <p class="notice" role="status">
        {fill(texts.saved, { email: address })}
      </p>
    );
  if (!chat.config.movesToEmail || state.state !== 'waiting' || hasAddress || chat.isVerified()) return null;
  const save = () =>
    chat.leaveAddress({ email: address.trim() }).then(
      () => setSaved(true),
      () => setFailed(true),
    );
  return (
    <form
      class="notice leave"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label for="leave-email">{texts.leaveEmail}</label>
      <span class="leave-field">
        <input
          id="leave-email"
          type="email"
          required
          autocomplete="email"
          maxLength={200}
          placeholder={texts.email}
          value={address}
          onInput={({ currentTarget }) => setAddress(currentTarget.value)}
        />
        <button type="submit" class="plain">
          {texts.save}
        </button>
      </span>
      {isFailed && (
        <span class="problem" role="alert">
          {texts.notSent}
        </span>
      )}
    </form>
  );
}
