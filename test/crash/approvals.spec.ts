// Real: the built server in processes that are killed with -9, asked over HTTP.
import { type HttpClient, simAgent, teamOf, until } from '../harness/index.js';
import { resultOf, ServerLives, storyOf } from './server-lives.js';

jest.setTimeout(60_000);

const CUT_OFF = /fetch failed|terminated/;
/** Whether the answer still got out is a matter of luck. */
const unlessCutOff = (error: unknown): void => {
  if (!CUT_OFF.test(String(error))) throw error;
};
const APPROVE = { decision: 'approve', edited: 'Rolls?' };

/** A run that waits for its owner, as soon as `when` says. */
async function begun(user: HttpClient, when: 'before' | 'after'): Promise<string> {
  const team = await teamOf(user, 'sequential', [await simAgent(user)], { approval: { when } });
  const { body } = await user.post(`/api/v1/teams/${team}/execute`, { initial_prompt: 'Bread?' });
  return body.execution_id;
}

async function asked(user: HttpClient): Promise<string> {
  let ids: readonly string[] = [];
  await until('somebody is asked', async () => {
    const { body } = await user.get('/api/v1/approvals');
    ids = body.items.map(({ id }: { id: string }) => id);
    return ids.length > 0;
  });
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
}

const decide = (user: HttpClient, id: string) => user.post(`/api/v1/approvals/${id}/decide`, APPROVE);

/** What happened, each thing once, and the one agent performed once. */
async function expectOneStory(user: HttpClient, execution: string, when: 'before' | 'after'): Promise<void> {
  const story = (await storyOf(user, execution)).map(({ type }) => type);
  const people = ['approval.requested', 'approval.decided'];
  const agent = when === 'before' ? [...people, 'step.started'] : ['step.started', ...people];
  expect(story).toEqual(['execution.started', ...agent, 'step.succeeded', 'execution.finished']);
  const { body } = await user.get('/api/v1/approvals?status=approved');
  expect(body).toMatchObject({ total: 1, items: [{ votes: [APPROVE], subject: 'Bread?' }] });
}

describe('killed while people are asked', () => {
  test.each([
    { moment: 'as soon as it is accepted', when: 'before', crashAt: 'acceptance.committed' },
    { moment: 'before it is let go', when: 'before', crashAt: 'run.before-release' },
    { moment: 'after it was let go', when: 'before', crashAt: 'run.released' },
    { moment: 'as soon as the result to judge is on record', when: 'after', crashAt: 'run.appended' },
    { moment: 'after it was let go with its result', when: 'after', crashAt: 'run.released' },
  ] as const)('$moment ($when): the question is still there, asked once, and decided', async ({ when, crashAt }) => {
    const lives = new ServerLives();
    await begun(await lives.begin(crashAt), when).catch(unlessCutOff);
    await lives.died();

    const after = await lives.begin();
    const id = await asked(after);
    const [execution = ''] = id.split('.');
    expect((await after.get(`/api/v1/executions/${execution}`)).body.waiting).toMatchObject([{ id }]);
    expect((await decide(after, id)).status).toBe(200);
    expect(await resultOf(after, execution)).toMatchObject({ status: 'completed', final_result: { result: 'Rolls?' } });
    await expectOneStory(after, execution, when);
  });
});

describe('killed between the decision and what follows from it', () => {
  test.each([
    { moment: 'as soon as the vote is on record', when: 'before', crashAt: 'approval.noted' },
    { moment: 'as soon as the vote is on record', when: 'after', crashAt: 'approval.noted' },
    { moment: 'when the execution was taken up', when: 'before', crashAt: 'engine.claimed' },
    { moment: 'before its next step is on record', when: 'before', crashAt: 'run.before-append' },
    { moment: 'before its end is on record', when: 'after', crashAt: 'run.before-append:2' },
    { moment: 'after its end', when: 'after', crashAt: 'run.finished' },
  ] as const)('$moment ($when): it goes on by itself, and the vote counts once', async ({ when, crashAt }) => {
    const lives = new ServerLives();
    const before = await lives.begin(crashAt);
    const execution = await begun(before, when);
    const id = await asked(before);
    await decide(before, id).catch(unlessCutOff);
    await lives.died();

    const after = await lives.begin();
    expect(await resultOf(after, execution)).toMatchObject({ status: 'completed', final_result: { result: 'Rolls?' } });
    expect(await decide(after, id)).toMatchObject({ status: 409, body: { code: 'approval.settled' } });
    await expectOneStory(after, execution, when);
  });

  test('before the vote is on record: nothing of it is there', async () => {
    const lives = new ServerLives();
    const before = await lives.begin('approval.before-note');
    await begun(before, 'before');
    const id = await asked(before);
    await expect(decide(before, id)).rejects.toThrow(CUT_OFF);
    await lives.died();
    const after = await lives.begin();
    expect(await asked(after)).toBe(id);
    expect((await after.get(`/api/v1/approvals/${id}`)).body).toMatchObject({ status: 'pending', votes: [] });
  });
});
