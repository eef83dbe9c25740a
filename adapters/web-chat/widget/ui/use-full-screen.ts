import type { RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { useMedia } from './use-media';

/** On small screens the panel covers all; it ends where the keyboard on the screen begins, and the page behind does not scroll. */
export function useFullScreen(panel: RefObject<HTMLElement | null>): boolean {
  const isFull = useMedia('(max-width: 480px), (max-height: 420px)');
  useLayoutEffect(() => {
    const { style: page } = document.documentElement;
    const own = panel.current?.style;
    if (!isFull || !own) return;
    const { overflow } = page;
    page.overflow = 'hidden';
    const screen = visualViewport;
    const adapt = () => {
      own.blockSize = screen ? `${screen.height}px` : '';
      own.insetBlockStart = screen ? `${screen.offsetTop}px` : '';
    };
    adapt();
    screen?.addEventListener('resize', adapt);
    screen?.addEventListener('scroll', adapt);
    return () => {
      page.overflow = overflow;
      own.blockSize = '';
      own.insetBlockStart = '';
      screen?.removeEventListener('resize', adapt);
      screen?.removeEventListener('scroll', adapt);
    };
  }, [isFull, panel]);
  return isFull;
}
