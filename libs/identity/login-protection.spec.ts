import { ManualClock } from '#libs/kernel/index.js';
import { LoginThrottled, RegistrationThrottled } from './identity.errors.js';
import { LoginProtection } from './login-protection.js';

describe('LoginProtection', () => {
  let clock: ManualClock;
  let protection: LoginProtection;
  beforeEach(() => {
    clock = new ManualClock();
    protection = new LoginProtection(clock);
  });

  const fails = (times: number, account: (n: number) => string, address: (n: number) => string): number => {
    let before = 0;
    for (let n = 0; n < times; n += 1) {
      try {
        protection.attempt(account(n), address(n));
        before += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(LoginThrottled);
      }
    }
    return before;
  };

  it('lets one address try one account five times, then once in half a minute, and never not at all', () => {
    expect(
      fails(
        50,
        () => 'ada',
        () => '10.0.0.1',
      ),
    ).toBe(5);
    clock.advance(30_000);
    expect(
      fails(
        10,
        () => 'ada',
        () => '10.0.0.1',
      ),
    ).toBe(1);
    expect(() => protection.attempt('ada', '10.0.0.1')).toThrow(expect.objectContaining({ retryAfterSeconds: 30 }));
  });

  it('stops one address that tries many accounts', () => {
    expect(
      fails(
        100,
        (n) => `user ${n}`,
        () => '10.0.0.1',
      ),
    ).toBe(20);
    expect(
      fails(
        1,
        () => 'somebody',
        () => '10.0.0.2',
      ),
    ).toBe(1);
  });

  it('slows many addresses on one account, and still lets the owner in from home', () => {
    protection.attempt('ada', '10.9.9.9');
    protection.succeeded('ada', '10.9.9.9');
    expect(
      fails(
        100,
        () => 'ada',
        (n) => `10.0.0.${n}`,
      ),
    ).toBe(20);
    expect(
      fails(
        1,
        () => 'ada',
        () => '10.9.9.9',
      ),
    ).toBe(1);
    expect(
      fails(
        1,
        () => 'ada',
        () => '10.8.8.8',
      ),
    ).toBe(0);
  });

  it('forgives an owner who mistyped', () => {
    for (let n = 0; n < 10; n += 1) {
      expect(
        fails(
          3,
          () => 'ada',
          () => '10.0.0.1',
        ),
      ).toBe(3);
      protection.succeeded('ada', '10.0.0.1');
      clock.advance(60_000);
    }
  });

  it('does not let an attacker wash his address clean with an account of his own', () => {
    let tried = 0;
    for (let n = 0; n < 60; n += 1) {
      tried += fails(
        1,
        () => `victim ${n}`,
        () => '10.0.0.1',
      );
      if (
        fails(
          1,
          () => 'mine',
          () => '10.0.0.1',
        )
      )
        protection.succeeded('mine', '10.0.0.1');
    }
    expect(tried).toBeLessThanOrEqual(20);
  });

  it('limits registrations of one address', () => {
    for (let n = 0; n < 60; n += 1) protection.register('10.0.0.1');
    expect(() => protection.register('10.0.0.1')).toThrow(RegistrationThrottled);
    expect(() => protection.register('10.0.0.2')).not.toThrow();
    clock.advance(1_000);
    expect(() => protection.register('10.0.0.1')).not.toThrow();
  });
});
