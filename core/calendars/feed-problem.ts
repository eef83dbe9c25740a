/** What is wrong with a feed, in a sentence that goes on from "it". */
export class FeedProblem extends Error {
  override readonly name = 'FeedProblem';
}
