// The people of a simulated office: one per telephone, and one behind every outside line. They
// lift, dial, wait, talk, fiddle and hang up at times drawn from the seed.
import type { Digit } from "../../src/core/line.ts";
import type { Office } from "../../src/core/office.ts";
import type { VirtualClock } from "../support/clock.ts";
import type { Exchange } from "../support/exchange.ts";
import type { Random } from "../support/random.ts";
import type { Telephone } from "../support/telephone.ts";
import { drawManners, type Environment } from "./environment.ts";

const keys: readonly Digit[] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "#"];
const refusals: readonly string[] = ["busy", "congestion", "sit", "unobtainable", "howler"];

abstract class Somebody {
  #cancel: () => void = () => {};
  #left = false;

  constructor(
    protected readonly clock: VirtualClock,
    protected readonly random: Random,
    protected readonly world: Environment,
  ) {}

  /** One intention at a time: a new one replaces the old one. */
  protected soon(ms: number, act: () => void): void {
    this.#cancel();
    if (!this.#left) this.#cancel = this.clock.after(ms, act);
  }

  /** Goes home: intends nothing any more. */
  leave(): void {
    this.#left = true;
    this.#cancel();
  }
}

export class Clerk extends Somebody {
  readonly #telephone: Telephone;
  readonly #office: () => Office;

  constructor(
    telephone: Telephone,
    office: () => Office,
    clock: VirtualClock,
    random: Random,
    world: Environment,
  ) {
    super(clock, random, world);
    this.#telephone = telephone;
    this.#office = office;
    telephone.onBell = (ringing) => this.#bell(ringing);
    this.#idle();
  }

  override leave(): void {
    super.leave();
    this.#telephone.hangUp();
  }

  #idle(): void {
    this.soon(this.random.wait(this.world.idleMs), () => this.#call());
  }

  #bell(ringing: boolean): void {
    if (this.#telephone.isOffHook) return;
    if (ringing && this.random.chance(this.world.answers)) {
      this.soon(200 + this.random.wait(this.world.patienceMs / 2), () => this.#answer());
    } else if (!ringing && this.random.chance(0.8)) this.#idle();
  }

  #answer(): void {
    this.#lift();
    this.soon(this.random.wait(this.world.talkMs), () => this.#talk());
  }

  #call(): void {
    if (this.#telephone.rings) {
      this.#answer();
      return;
    }
    this.#lift();
    if (this.random.chance(0.04)) {
      this.soon(this.random.wait(120_000), () => this.#hangUp());
      return;
    }
    this.soon(this.random.int(150, 1_500), () => this.#dial(this.#number()));
  }

  #dial(left: string): void {
    const digit = left[0];
    const givesUp = this.#isClumsy() && this.random.chance(0.2);
    if (digit === undefined || givesUp) {
      this.soon(this.random.wait(4_000), () => this.#listen());
      return;
    }
    const wrong = this.#isClumsy() && this.random.chance(0.2);
    this.#telephone.press(wrong ? this.random.pick(keys) : (digit as Digit));
    const hesitates = this.#isClumsy() && this.random.chance(0.1);
    const gap = hesitates ? this.random.wait(6_000) : this.random.int(80, 400);
    this.soon(gap, () => this.#dial(left.slice(1)));
  }

  /** Refused: most people hang up soon, some walk away from the handset. */
  #listen(): void {
    const refused = refusals.includes(this.#telephone.hears);
    if (refused && this.random.chance(0.9)) {
      this.soon(this.random.wait(1_500), () => this.#hangUp());
    } else if (refused) this.soon(this.random.wait(150_000), () => this.#hangUp());
    else this.soon(this.random.wait(this.world.patienceMs + this.world.talkMs), () => this.#talk());
  }

  /** In mid-call: plays with the phone, goes on talking, or hangs up. */
  #talk(): void {
    if (this.random.chance(0.3)) {
      if (this.random.chance(0.6)) this.#telephone.says();
      else this.#telephone.fallsSilent();
      this.soon(this.random.wait(this.world.talkMs / 2), () => this.#talk());
      return;
    }
    if (this.#isClumsy() && this.random.chance(0.5)) {
      if (this.random.chance(0.3)) this.#telephone.flash(this.random.int(90, 700));
      else if (this.random.chance(0.5)) this.#telephone.press(this.random.pick(keys));
      else this.#bounce();
      this.soon(this.random.wait(this.world.talkMs), () => this.#talk());
      return;
    }
    this.#hangUp();
  }

  #hangUp(): void {
    this.#telephone.hangUp();
    if (this.#isClumsy() && this.random.chance(0.1)) {
      this.soon(this.random.int(5, 120), () => this.#call());
    } else this.#idle();
  }

  #lift(): void {
    this.#telephone.lift();
    if (this.#isClumsy() && this.random.chance(0.2)) this.#bounce();
  }

  #bounce(): void {
    this.#telephone.hangUp();
    this.#telephone.lift();
  }

  #isClumsy(): boolean {
    return this.random.chance(this.world.clumsiness);
  }

  #number(): string {
    const { extensions, settings } = this.#office();
    const outside = Array.from({ length: this.random.int(3, 11) }, () => this.random.int(0, 9));
    switch (this.random.weighted({ colleague: 6, outside: 4, bare: 1, nonsense: 1, group: 1 })) {
      case "colleague":
        return this.random.pick(extensions).number;
      case "outside":
        return settings.accessPrefix + outside.join("");
      case "bare":
        return outside.join("");
      case "group":
        return "800";
      default:
        return Array.from({ length: this.random.int(1, 5) }, () => this.random.pick(keys)).join("");
    }
  }
}

/** The public behind one outside line: callers in, and subscribers who are called. */
export class Outsider extends Somebody {
  readonly #exchange: Exchange;
  readonly #office: () => Office;
  #wasAlerting = false;

  constructor(
    exchange: Exchange,
    office: () => Office,
    clock: VirtualClock,
    random: Random,
    world: Environment,
  ) {
    super(clock, random, world);
    this.#exchange = exchange;
    this.#office = office;
    Object.assign(exchange.manners, drawManners(random));
    exchange.onPhase = (phase) => {
      if (phase === "talking") this.#connected(this.#wasAlerting);
      if (phase === "idle") this.#idle();
      this.#wasAlerting = phase === "alerting";
    };
    this.#idle();
  }

  override leave(): void {
    super.leave();
    this.#exchange.plugsIn();
    this.#exchange.hangsUp("busyTone");
  }

  #idle(): void {
    this.soon(this.random.wait(this.world.idleMs * 2), () => this.#call());
  }

  #call(): void {
    if (this.#exchange.phase !== "idle") {
      this.#idle();
      return;
    }
    Object.assign(this.#exchange.manners, drawManners(this.random));
    const number = `13${this.random.int(100_000_000, 999_999_999)}`;
    const caller = this.random.chance(0.9)
      ? ({ number, name: "", presentation: "allowed", form: "bell202" } as const)
      : null;
    if (this.random.chance(0.2)) {
      this.#exchange.ringsSoon(caller, this.random.int(1, 4_000), this.random.chance(0.5));
    } else this.#exchange.rings(caller);
    this.soon(500 + this.random.wait(this.world.patienceMs * 2), () => this.#gone());
  }

  #connected(asCaller: boolean): void {
    if (this.random.chance(0.8)) {
      this.soon(this.random.int(100, 2_000), () => {
        this.#exchange.says();
        if (asCaller) this.#greeted();
        else this.#converse();
      });
    } else this.soon(this.random.wait(this.world.talkMs), () => this.#gone());
  }

  /** Called in: maybe the box greets, maybe a person does; some dial, some only talk. */
  #greeted(): void {
    const { extensions, settings } = this.#office();
    const choice = this.random.weighted({ extension: 5, operator: 2, nonsense: 1, nothing: 3 });
    let digits = "";
    if (choice === "extension") digits = this.random.pick(extensions).number;
    else if (choice === "operator") digits = "0";
    else if (choice === "nonsense") {
      digits = `${settings.accessPrefix}${this.random.pick(keys)}${this.random.pick(keys)}`;
    }
    this.#press(digits);
  }

  #press(left: string): void {
    const digit = left[0];
    if (digit === undefined) {
      this.#converse();
      return;
    }
    this.soon(this.random.int(150, 1_200), () => {
      this.#exchange.presses(digit as Digit);
      this.#press(left.slice(1));
    });
  }

  #converse(): void {
    this.soon(this.random.wait(this.world.talkMs / 2), () => {
      const next = this.random.weighted({ says: 3, silent: 3, music: 1, goes: 3 });
      if (next === "goes") {
        this.#gone();
        return;
      }
      if (next === "says") this.#exchange.says();
      else if (next === "silent") this.#exchange.fallsSilent();
      else this.#exchange.plays("ringback");
      this.#converse();
    });
  }

  #gone(): void {
    this.#exchange.hangsUp();
    if (this.#exchange.phase === "idle") this.#idle();
  }
}
