/** A write whose answer did not come, or could not be read: it may have taken effect. Callers look again. */
export class Unconfirmed extends Error {
  readonly call: string;

  constructor(call: string, reason: string) {
    super(reason);
    this.call = call;
  }
}
