import type { Instant } from '../model/instant';
import type { Columns } from './kept';

/** What every changeable entity knows of its own history. */
export interface Made {
  readonly revision: number;
  readonly createdOn: Instant;
  readonly createdBy: string;
  readonly updatedOn: Instant;
  readonly updatedBy: string;
}

export interface MadeRow {
  revision: number;
  created_on: number;
  created_by: string;
  updated_on: number;
  updated_by: string;
}

/** For statements that name every column. */
export const MADE_COLUMNS: Columns<MadeRow> = {
  ...{ revision: true, created_on: true, created_by: true, updated_on: true, updated_by: true },
};

export function toMade(row: MadeRow): Made {
  return {
    revision: row.revision,
    createdOn: row.created_on,
    createdBy: row.created_by,
    updatedOn: row.updated_on,
    updatedBy: row.updated_by,
  };
}

export function madeRow(made: Made): MadeRow {
  return {
    revision: made.revision,
    created_on: made.createdOn,
    created_by: made.createdBy,
    updated_on: made.updatedOn,
    updated_by: made.updatedBy,
  };
}

/** At its first moment. */
export function madeNow(act: { by: string; at: Instant }): Made {
  return { revision: 0, createdOn: act.at, createdBy: act.by, updatedOn: act.at, updatedBy: act.by };
}

/** After one more change. */
export function changedNow(made: Made, act: { by: string; at: Instant }): Made {
  return {
    revision: made.revision + 1,
    createdOn: made.createdOn,
    createdBy: made.createdBy,
    updatedOn: act.at,
    updatedBy: act.by,
  };
}
