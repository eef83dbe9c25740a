const PATHS = {
  chat: 'M12 3.5c5 0 9 3.4 9 7.7s-4 7.7-9 7.7c-1 0-2-.1-2.9-.4L4.6 20.3c-.5.2-1-.2-.9-.7l.6-3.4C3.5 14.7 3 13 3 11.2 3 6.9 7 3.5 12 3.5Z',
  down: 'm6 9.5 6 6 6-6',
  close: 'm6.5 6.5 11 11m0-11-11 11',
  send: 'M12 19.5v-15m0 0-6 6m6-6 6 6',
  attach:
    'm20 11.5-7.8 7.7a5 5 0 0 1-7-7l8.2-8.2a3.3 3.3 0 0 1 4.7 4.7l-8.2 8.2a1.7 1.7 0 0 1-2.4-2.4l7.3-7.2',
  file: 'M13.5 3.5H7.5a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2h9a2 2 0 0 0 2-2V8.5l-5-5Zm0 0v5h5',
  sound: 'M11 5.5 7 9H4v6h3l4 3.5v-13Zm4.5 3.3a4.6 4.6 0 0 1 0 6.4m2.7-9a8.4 8.4 0 0 1 0 11.6',
  mute: 'M11 5.5 7 9H4v6h3l4 3.5v-13Zm5 4.5 4.5 4.5m0-4.5L16 14.5',
  sending: 'M12 7.5V12l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
  sent: 'm5.5 12.5 4.2 4.2 8.8-9.2',
  twice: 'm2.5 12.5 4.2 4.2 8.8-9.2m-3.3 8 1.2 1.2 8.6-9.2',
  failed: 'M12 7.5v5.5m0 3v.1m9-4.1a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z',
} as const;

/** A drawing beside words, or in a button that has a name: it says nothing itself. */
export function Icon({ name, size = 20 }: { readonly name: keyof typeof PATHS; readonly size?: number }) {
  return (
    <svg class={`icon icon-${name}`} width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
