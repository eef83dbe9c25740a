import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Uploads } from './use-uploads';

/** Takes files that are dropped on the panel or pasted into it. Says whether some are held above it. */
export function useDrop(panel: RefObject<HTMLElement | null>, uploads: Uploads): boolean {
  const [isOver, setOver] = useState(false);
  const { add, isAllowed } = uploads;
  useEffect(() => {
    const { current } = panel;
    if (!current || !isAllowed) return;
    const hold = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(event.type !== 'dragleave');
    };
    const take = (event: DragEvent | ClipboardEvent) => {
      const files = [...(filesOf(event)?.files ?? [])];
      setOver(false);
      if (files.length === 0) return;
      event.preventDefault();
      add(files);
    };
    const end = new AbortController();
    const { signal } = end;
    for (const name of ['dragenter', 'dragover', 'dragleave'] as const)
      current.addEventListener(name, hold, { signal });
    current.addEventListener('drop', take, { signal });
    current.addEventListener('paste', take, { signal });
    return () => end.abort();
  }, [panel, add, isAllowed]);
  return isOver;
}

function filesOf(event: DragEvent | ClipboardEvent): DataTransfer | null {
  return event instanceof ClipboardEvent ? event.clipboardData : event.dataTransfer;
}
