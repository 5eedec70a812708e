import { expect, test } from 'bun:test';
import { until } from '../../../../tests/until.ts';
import { createJobEvents, type Draft } from './job-events.ts';
import { startDraft } from './summary-drafts.ts';

const JOB = { id: 'job', user_id: 'person' };

function listen() {
  const events = createJobEvents();
  const told: (string | null)[] = [];
  events.onDrafted(({ markdown }: Draft) => told.push(markdown));
  return { events, told };
}

test('of what is written at once only the last is told, and at the end that there is no more', async () => {
  const { events, told } = listen();
  {
    using draft = startDraft(events, JOB);
    for (const text of ['u', 'un', 'uno']) draft.show(text);
    await until(async () => told.length > 0);
    draft.show('uno, dos');
  }
  expect(told).toEqual(['uno', null]);
});

test('a summary of which nothing was shown ends in silence', () => {
  const { events, told } = listen();
  startDraft(events, JOB)[Symbol.dispose]();
  expect(told).toEqual([]);
});
