import { useEffect, useState } from 'preact/hooks';

/** Whether the screen is such a one, now and when it changes. */
export function useMedia(query: string): boolean {
  const [isSo, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = () => set(list.matches);
    look();
    list.addEventListener('change', look);
    return () => list.removeEventListener('change', look);
  }, [query]);
  return isSo;
}
