import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface LocalPictureProps {
  readonly file: File;
  /** Shown for what is no picture. */
  readonly fallback: ComponentChildren;
}

const MOST_PIXELS = 560;

/** A picture that is only here, painted: sites forbid blob: addresses, and what is painted can run nothing. */
export function LocalPicture({ file, fallback }: LocalPictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isPicture, setPicture] = useState(/^image\/(png|jpeg|gif|webp|avif|bmp)$/.test(file.type));
  useEffect(() => {
    if (isPicture) paint(file, canvas.current).catch(() => setPicture(false));
  }, [file, isPicture]);
  if (!isPicture) return <span class="thumb">{fallback}</span>;
  return <canvas ref={canvas} class="thumb" role="img" aria-label={file.name} />;
}

async function paint(file: File, canvas: HTMLCanvasElement | null): Promise<void> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, MOST_PIXELS / Math.max(picture.width, picture.height));
  if (canvas) {
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  }
  picture.close();
}
