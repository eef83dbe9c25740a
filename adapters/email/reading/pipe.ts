/** Bytes that one side pushes and the other takes. */
export class Pipe implements AsyncIterable<Uint8Array> {
  private readonly chunks: Uint8Array[] = [];
  private readonly onTaken: (bytes: number) => void;
  private hasEnded = false;
  private failure: Error | undefined;
  private wake: () => void = () => {};

  constructor(onTaken: (bytes: number) => void) {
    this.onTaken = onTaken;
  }

  push(chunk: Uint8Array): void {
    this.chunks.push(chunk);
    this.wake();
  }

  end(): void {
    this.hasEnded = true;
    this.wake();
  }

  /** Whoever takes from it meets this instead of the rest. */
  fail(error: Error): void {
    this.failure = error;
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      if (this.failure) throw this.failure;
      const chunk = this.chunks.shift();
      if (chunk) {
        yield chunk;
        this.onTaken(chunk.byteLength);
      } else if (this.hasEnded) return;
      else
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
    }
  }
}
