import { readdirSync } from 'node:fs';
import { createBlobs } from '../../core/media/blobs';
import { mountSmallDisk } from '../support/small-disk';

describe('a disk that is full of files', () => {
  const disk = mountSmallDisk(2);
  if ('whyNot' in disk) {
    test.skip(`is left out, because no small disk can be mounted here: ${disk.whyNot}`, () => {});
    return;
  }
  afterAll(() => disk.unmount());

  test.each([
    ['in one piece', [Buffer.alloc(3_000_000)]],
    ['whose last piece does not fit', [Buffer.alloc(1_000_000), Buffer.alloc(1_500_000)]],
  ])('takes no file %s, leaves nothing of it, and takes the next one that fits', async (_, pieces) => {
    const blobs = createBlobs(disk.folder, () => Promise.resolve(undefined));

    await expect(blobs.write('large', pieces, 10_000_000)).rejects.toMatchObject({ code: 'ENOSPC' });
    const { bytes } = await blobs.write('small', [Buffer.alloc(500_000)], 10_000_000);

    expect(bytes).toBe(500_000);
    const files = readdirSync(disk.folder, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    expect(files).toHaveLength(1);
    await blobs.remove('small');
  });
});
