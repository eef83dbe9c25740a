import { useCallback, useState } from 'preact/hooks';
import { fill } from '../texts/language';
import { useAround } from './context';

/** What the visitor chose and has not sent. */
export interface Uploads {
  readonly isAllowed: boolean;
  /** For the file dialog of the system. */
  readonly accept: string;
  readonly files: readonly File[];
  /** Why the last ones were not taken. */
  readonly problem: string;
  add(files: readonly File[]): void;
  remove(file: File): void;
  clear(): void;
}

const MOST = 10;

export function useUploads(): Uploads {
  const { chat, texts, moments } = useAround();
  const { upload } = chat.config;
  const [files, setFiles] = useState<readonly File[]>([]);
  const [problem, setProblem] = useState('');
  const add = useCallback(
    (chosen: readonly File[]) => {
      const problems = chosen.map((file) => {
        if (!upload || !isOfTypes(file, upload.types)) return fill(texts.wrongType, { name: file.name });
        const size = moments.size(upload.maxBytes);
        return file.size > upload.maxBytes ? fill(texts.tooLarge, { name: file.name, size }) : '';
      });
      setProblem(problems.filter(Boolean).join(' '));
      const good = chosen.filter((_file, index) => problems[index] === '');
      setFiles((before) => [...before, ...good].slice(0, MOST));
    },
    [upload, texts, moments],
  );
  return {
    ...{ files, problem, add },
    isAllowed: upload !== undefined,
    accept: upload?.types.join(',') ?? '',
    remove: (file) => setFiles((before) => before.filter((one) => one !== file)),
    clear() {
      setFiles([]);
      setProblem('');
    },
  };
}

/** The gateway looks at the bytes; this only spares the visitor a wait. */
function isOfTypes({ type }: File, types: readonly string[]): boolean {
  return types.some(
    (allowed) => allowed === type || (allowed.endsWith('*') && type.startsWith(allowed.slice(0, -1))),
  );
}
