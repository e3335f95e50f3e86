// A rule of the simulation was broken: which one, and what was seen.

export class CheckFailure extends Error {
  readonly rule: string;

  constructor(rule: string, seen: string) {
    super(`${rule}: ${seen}`);
    this.name = "CheckFailure";
    this.rule = rule;
  }
}
