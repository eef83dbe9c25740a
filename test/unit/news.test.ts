import { lastSeqsIn, News } from '../../core/events/news';

describe('what other nodes are told of the log', () => {
  it('is how far it goes, the highest of each space, once', () => {
    const news = new News();
    news.add({ shop: 7, bank: 3 });
    news.add({ shop: 9 });
    news.add({ shop: 8 });

    expect(news.take()).toEqual({ shop: 9, bank: 3 });
    news.add({ bank: 4 });
    expect(news.take()).toEqual({ bank: 4 });
  });

  it('is that there is something to be looked for where one of the numbers is not known', () => {
    const news = new News();
    news.add({ shop: 7 });
    news.add(undefined);

    expect(lastSeqsIn(news.take())).toBeUndefined();
    news.add({ shop: 8 });
    expect(lastSeqsIn(news.take())).toEqual({ shop: 8 });
  });

  it('is no list of thousands', () => {
    const news = new News();
    news.add(Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`space ${index}`, 1])));

    expect(news.take()).toBeNull();
  });

  it.each([
    ['what an older node says', null],
    ['a list', [1]],
    ['words', { shop: 'seven' }],
    ['a word', 'events'],
  ])('is looked for where it is %s', (_, told) => {
    expect(lastSeqsIn(told)).toBeUndefined();
  });
});
