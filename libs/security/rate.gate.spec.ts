import { tmpdir } from 'node:os';
import { type ActorRef, ManualClock, newId } from '#libs/kernel/index.js';
import { loadConfig } from '#libs/platform/config/index.js';
import type { Admission } from '#libs/platform/http/index.js';
import { Counters, type Hit, type NamedQuota, ProcessCounters } from '#libs/platform/shared-store/index.js';
import { RateGate } from './rate.gate.js';

const ADA: ActorRef = { id: newId(), email: 'ada@example.com', role: 'user' };
const HOME = '203.0.113.9';

describe('RateGate', () => {
  let clock: ManualClock;
  beforeEach(() => {
    clock = new ManualClock();
  });

  const gateOf = (perMinute: string, counters: Counters = new ProcessCounters(clock)): RateGate => {
    const env = { RENUM_ENV: 'test', RENUM_RATE_LIMIT_PER_MINUTE: perMinute };
    return new RateGate(loadConfig({ env, cwd: tmpdir() }), counters);
  };
  const refusedOf = (times: number, admit: () => unknown): number =>
    Array.from({ length: times }, () => admit() as Admission).filter(({ refusal }) => refusal !== null).length;

  it('counts a person wherever it is, and an address for those who are nobody', () => {
    const gate = gateOf('3');
    expect(refusedOf(2, () => gate.admit({ actor: ADA, address: HOME }))).toBe(0);
    expect(refusedOf(2, () => gate.admit({ actor: ADA, address: '198.51.100.1' }))).toBe(1);
    expect(refusedOf(4, () => gate.admit({ actor: null, address: HOME }))).toBe(1);
    expect(refusedOf(4, () => gate.admit({ actor: null, address: '2001:db8:1:2::1' }))).toBe(1);
    expect(refusedOf(1, () => gate.admit({ actor: null, address: '2001:db8:1:2::2' }))).toBe(1);
  });

  it('says the policy, what is left, and when to come back', () => {
    const gate = gateOf('2');
    const admit = () => gate.admit({ actor: ADA, address: HOME });
    const policy = '"default";q=2;w=60';
    expect(admit()).toEqual({ policy, standing: '"default";r=1;t=60', refusal: null });
    clock.advance(10_500);
    expect(admit()).toEqual({ policy, standing: '"default";r=0;t=50', refusal: null });
    expect(admit()).toMatchObject({
      policy,
      standing: '"default";r=0;t=50',
      refusal: { code: 'rate.limited', retryAfterSeconds: 50 },
    });
    clock.advance(50_000);
    expect(admit()).toMatchObject({ refusal: null });
  });

  it('counts nobody where the limit is 0', () => {
    expect(gateOf('0').admit({ actor: null, address: HOME })).toBeNull();
  });

  it('waits for counters that lie elsewhere', async () => {
    class Elsewhere extends Counters {
      hit(quota: NamedQuota, key: string): Promise<Hit> {
        return Promise.resolve(new ProcessCounters(clock).hit(quota, key));
      }
    }
    await expect(gateOf('2', new Elsewhere()).admit({ actor: ADA, address: HOME })).resolves.toMatchObject({
      standing: '"default";r=1;t=60',
    });
  });
});
