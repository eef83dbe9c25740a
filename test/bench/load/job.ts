/** Which requests a job sends. They are all built before its clock starts. */
export type Requests =
  /** One request over and over. */
  | {
      readonly kind: 'same';
      readonly path: string;
      readonly contentType: string;
      readonly body: string;
    }
  /** Signed webhooks of Twilio, each with a message of its own. */
  | {
      readonly kind: 'webhooks';
      /** As it is signed. */
      readonly url: string;
      readonly accountSid: string;
      readonly authToken: string;
      readonly to: string;
      readonly senders: Senders;
    }
  /** Signed webhooks of Meta, each with one message to a page. */
  | {
      readonly kind: 'page webhooks';
      readonly path: string;
      readonly pageId: string;
      readonly appSecret: string;
      readonly senders: Senders;
    }
  /** Answers of an agent, each with a text of its own that starts with `mark`. */
  | {
      readonly kind: 'answers';
      readonly paths: readonly string[];
      readonly token: string;
      readonly agentId: string;
      readonly mark: string;
    };

/** Customers have numbers; `customerNumber` and `pageDelivery` say which address is whose. */
export type Senders =
  | { readonly pick: 'at random'; readonly from: number; readonly among: number }
  | { readonly pick: 'each once'; readonly from: number };

/** How requests follow each other. */
export type Pace =
  /** Each connection sends the next request when it has its answer: finds the highest rate. */
  | { readonly kind: 'closed'; readonly connections: number }
  /** At a fixed rate, whatever the answers: finds the time that an answer takes at that rate. */
  | { readonly kind: 'open'; readonly connections: number; readonly perSecond: number };

/** One measurement. */
export interface Job {
  readonly port: number;
  /** Of further nodes; the connections are spread over all of them in turn. */
  readonly otherPorts?: readonly number[];
  /** The process under load, to read its processor time and memory. */
  readonly pid: number;
  /** The database server that works for it, where that is not the same process. */
  readonly databasePid?: number | undefined;
  readonly requests: Requests;
  readonly pace: Pace;
  readonly warmUpMs: number;
  readonly measureMs: number;
  /** No more than these. */
  readonly most?: number;
}

/** What a measurement found. All but the counts leave the warm-up out. */
export interface Outcome {
  /** Answered with 2xx, warm-up included: what the target must have stored. */
  readonly acknowledged: number;
  /** How often each other status was answered. */
  readonly failures: Readonly<Record<string, number>>;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Processor time of the target per answer; what other processes do changes it least. */
  readonly cpuMicros: number;
  /** The same of the database server, with all its processes; 0 where there is none. */
  readonly databaseCpuMicros: number;
  /** Resident memory of the target at the end. */
  readonly rssBytes: number;
  /** Bytes of a request's body, on average. */
  readonly bodyBytes: number;
  /** By the text of an answer (kind `answers`, open pace): when it was due, in epoch milliseconds. */
  readonly dueAt?: Readonly<Record<string, number>>;
}
