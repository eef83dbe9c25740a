/** Why a chat waits in its team's queue; `byHand`: the team hands nothing out by itself. */
export type WaitReason = 'nobodyAvailable' | 'allBusy' | 'outsideHours' | 'byHand';
