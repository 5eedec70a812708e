import type { DoctorCheck } from '@destila/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, type LucideIcon, RotateCw, TriangleAlert } from 'lucide-react';
import { ApiError, api } from '../../lib/api.ts';
import { useLanguage, useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { Section } from './Section.tsx';

const LOOK: Record<DoctorCheck['status'], { Icon: LucideIcon; tone: string }> = {
  broken: { Icon: CircleX, tone: 'text-danger' },
  warning: { Icon: TriangleAlert, tone: 'text-warning' },
  ok: { Icon: CircleCheck, tone: 'text-good' },
};

/** What is wrong with this installation, and how to mend it. Not shown to people who do not run it. */
export function Doctor() {
  const words = useMessages().settings;
  const language = useLanguage();
  const report = useQuery({
    queryKey: ['doctor', language],
    queryFn: ({ signal }) => api.doctor(language, signal),
    placeholderData: keepPreviousData,
    retry: (failures, error) => !isForOthers(error) && failures < 2,
  });
  if (isForOthers(report.error)) return null;
  const again = (
    <Button look="quiet" icon={RotateCw} disabled={report.isFetching} onClick={() => void report.refetch()}>
      {report.isFetching ? words.doctorChecking : words.doctorAgain}
    </Button>
  );
  return (
    <Section title={words.doctor} action={again}>
      {report.isError && !report.data && (
        <Problem title={words.doctorFailed} error={report.error} onRetry={() => void report.refetch()} />
      )}
      {report.isPending && <div className="skeleton m-4 h-24" />}
      {report.data && <Report checks={report.data.checks} checking={report.isFetching} />}
    </Section>
  );
}

/** What is said politely when the checks are done. */
function Report({ checks, checking }: { checks: readonly DoctorCheck[]; checking: boolean }) {
  const words = useMessages().settings;
  const count = (status: DoctorCheck['status']) => checks.filter((check) => check.status === status).length;
  return (
    <>
      <p role="status" className="px-4 py-3 text-sm text-muted">
        {checking ? words.doctorChecking : words.doctorSummary(count('broken'), count('warning'))}
      </p>
      <ul className="divide-y divide-line" aria-busy={checking}>
        {checks.map((check) => (
          <Check key={check.name} check={check} />
        ))}
      </ul>
    </>
  );
}

function Check({ check }: { check: DoctorCheck }) {
  const words = useMessages().settings;
  const { Icon, tone } = LOOK[check.status];
  return (
    <li className="flex gap-3 px-4 py-3 text-sm">
      <Icon className={`mt-0.5 size-4 shrink-0 ${tone}`} aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline justify-between gap-x-3">
          <span className="font-medium">{check.title}</span>
          <span className={`text-xs ${tone}`}>{words.doctorStatus[check.status]}</span>
        </p>
        <p className="wrap-anywhere text-muted">{check.detail}</p>
        {check.remedy && <p className="mt-1 wrap-anywhere">{check.remedy}</p>}
      </div>
    </li>
  );
}

function isForOthers(error: Error | null): boolean {
  return error instanceof ApiError && error.code === 'operator_only';
}
