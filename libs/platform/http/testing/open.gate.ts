import { type Admission, type Caller, Gate } from '../index.js';

/** Lets everybody in, and counts nobody until a test says what to tell them. */
export class OpenGate extends Gate {
  readonly callers: Caller[] = [];
  says: Admission | null | Promise<Admission | null> = null;

  admit(caller: Caller): Admission | null | Promise<Admission | null> {
    this.callers.push(caller);
    return this.says;
  }
}
