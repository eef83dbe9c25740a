const PATHS: Readonly<Record<string, string>> = {
  sms: 'M7 2h10a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2Zm4 17h2',
  email: 'M3 6h18v12H3zM3 7l9 6 9-6',
  fbMessenger:
    'M12 3c5 0 9 3.6 9 8.2s-4 8.3-9 8.3c-1 0-2-.2-2.900-.4L5.500 21v-3.400C4 16 3 13.800 3 11.200 3 6.600 7 3 12 3Zm-5 10 3.500-3.500 3 2 3.500-3',
  webChat: 'M3 4h18v16H3zM3 8h18M6 6h.1M8.500 6h.1',
  appMessaging: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z',
};

/** The picture of a channel; its name stands beside it. */
export function Icon({ of }: { readonly of: string }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[of] ?? PATHS['webChat'] ?? ''} />
    </svg>
  );
}
