/** What answers of several kinds have in common. */

export type Status = 'pending' | 'running' | 'done' | 'failed';

/** What every answer has. */
export interface Answer {
  /** The command that gives the same data in the terminal, ready to be pasted. */
  command: string;
}

export interface Problem {
  error: {
    /** `not_found`, `bad_request`, `forbidden`, `method`, `unauthorised`, `storage` or `internal`. */
    code: string;
    /** One sentence for people. */
    message: string;
  };
}

/** 95 % interval of a share. */
export interface Interval {
  low: number;
  high: number;
}

export interface Moments {
  /** How many values there are. */
  count: number;
  mean: number | null;
  /** Sample standard deviation; null for fewer than two. */
  sd: number | null;
  min: number | null;
  max: number | null;
}

/** A part of a distribution: `from` ≤ value < `to`, but for the last bin, which holds its upper end too. */
export interface Bin {
  from: number;
  to: number;
  count: number;
}

export interface RunReference {
  run_id: string;
  name: string;
  status: Status;
  notice: string | null;
}

export type Aspect = 'knowledge' | 'benevolence' | 'power' | 'vitality';
