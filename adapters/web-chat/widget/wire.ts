/** What the gateway serves to the widget and takes from it; `../PROTOCOL.md` describes it. Absent means that there is none. */
export interface WidgetConfig {
  readonly accountId: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly colour?: string;
  readonly theme?: 'auto' | 'light' | 'dark';
  readonly position?: 'left' | 'right';
  readonly language?: string;
  readonly avatarUrl?: string;
  readonly welcome?: { readonly text: string; readonly afterMs: number };
  readonly preChat?: readonly Question[];
  readonly teams?: readonly Team[];
  readonly availability: Availability;
  readonly outOfHours?: OutOfHours;
  readonly upload?: UploadPolicy;
  readonly identity?: 'off' | 'optional' | 'required';
  readonly showsRead?: boolean;
  readonly showsTyping?: boolean;
  readonly movesToEmail?: boolean;
}

export interface Question {
  readonly key: 'name' | 'email';
  readonly isRequired: boolean;
}

export interface Team {
  readonly id: string;
  readonly name: string;
}

export type Availability = 'open' | 'closed' | 'nobody';

export interface OutOfHours {
  readonly mode: 'message' | 'form' | 'hide';
  readonly text?: string;
  readonly opensOn?: string;
}

export interface UploadPolicy {
  readonly types: readonly string[];
  readonly maxBytes: number;
}

export interface StartedSession {
  readonly token: string;
  readonly visitor: string;
  readonly profileId: string;
  readonly isVerified: boolean;
  readonly expiresOn: string;
}

export interface Person {
  readonly id: string;
  readonly name?: string;
  readonly avatarUrl?: string;
}

export interface WirePart {
  readonly type: string;
  readonly data?: string;
  readonly name?: string;
  readonly url?: string;
  readonly size?: number;
}

export interface Choice {
  readonly id: string;
  readonly label: string;
  /** It was taken. */
  readonly isChosen?: boolean;
}

export interface WireMessage {
  readonly id: string;
  readonly number: number;
  readonly ref?: string;
  readonly from: Person;
  readonly on: string;
  readonly parts: readonly WirePart[];
  readonly choices?: readonly Choice[];
  /** The choice that the visitor took with it. */
  readonly choiceId?: string;
  readonly status?: string;
}

export interface ChatState {
  readonly state: 'none' | 'waiting' | 'answered' | 'closed';
  readonly agent?: Person;
  readonly movedTo?: string;
}

export interface HistoryPage {
  readonly messages: readonly WireMessage[];
  /** What to ask for pages before; 0 where nothing is older. */
  readonly earliest: number;
  readonly latest: number;
  readonly chat: ChatState;
}

export interface PostedMessage {
  readonly ref: string;
  readonly parts: readonly (
    | { readonly type: 'text/plain'; readonly data: string }
    | { readonly fileId: string }
  )[];
  readonly preChat?: Answers | undefined;
  readonly teamId?: string | undefined;
  readonly choiceId?: string | undefined;
  readonly page?: { readonly url: string; readonly title: string };
}

/** What a visitor says about themselves. */
export interface Answers {
  readonly name?: string;
  readonly email?: string;
}

export interface PostReceipt {
  readonly id: string;
  readonly number: number;
  readonly on: string;
}

export interface UploadedFile {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly size: number;
  readonly url: string;
}

/** The events of a stream, by their names. */
export interface StreamEvents {
  readonly hello: {
    readonly profileId: string;
    readonly isVerified: boolean;
    readonly latest: number;
    readonly chat: ChatState;
    readonly availability: Availability;
    readonly outOfHours?: OutOfHours;
  };
  readonly message: WireMessage;
  readonly status: { readonly id: string; readonly status: 'delivered' | 'read'; readonly by: string };
  readonly typing: { readonly on: boolean; readonly by: Person };
  readonly chat: ChatState;
  readonly availability: { readonly availability: Availability; readonly outOfHours?: OutOfHours };
  readonly ended: { readonly reason: 'session' | 'identity' | 'expired' };
}
