import type { DoctorCheck } from '@destila/contracts';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, CircleX, type LucideIcon, RotateCw, TriangleAlert } from 'lucide-react';
import { api } from '../../lib/api.ts';
import { useMessages } from '../../lib/i18n/index.ts';
import { Button } from '../../ui/Button.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { Section } from './Section.tsx';

const LOOK: Record<DoctorCheck['status'], { Icon: LucideIcon; tone: string }> = {
  ok: { Icon: CircleCheck, tone: 'text-good' },
  warning: { Icon: TriangleAlert, tone: 'text-warning' },
  broken: { Icon: CircleX, tone: 'text-danger' },
};

/** What is wrong with this installation, and how to mend it. */
export function Doctor() {
  const words = useMessages().settings;
  const report = useQuery({ queryKey: ['doctor'], queryFn: api.doctor });
  const again = (
    <Button look="quiet" icon={RotateCw} disabled={report.isFetching} onClick={() => void report.refetch()}>
      {words.doctorAgain}
    </Button>
  );
  return (
    <Section title={words.doctor} action={again}>
      {report.isError && !report.data && (
        <Problem title={words.loadFailed} error={report.error} onRetry={() => void report.refetch()} />
      )}
      {report.isPending && <div className="skeleton m-4 h-24" />}
      <ul className="divide-y divide-line">
        {report.data?.checks.map((check) => (
          <Check key={check.name} check={check} />
        ))}
      </ul>
    </Section>
  );
}

function Check({ check }: { check: DoctorCheck }) {
  const words = useMessages().settings;
  const { Icon, tone } = LOOK[check.status];
  return (
    <li className="flex gap-3 px-4 py-3 text-sm">
      <Icon className={`mt-0.5 size-4 shrink-0 ${tone}`} aria-label={words.doctorStatus[check.status]} role="img" />
      <div className="min-w-0">
        <p className="font-medium">{check.name}</p>
        <p className="wrap-anywhere text-muted">{check.detail}</p>
        {check.remedy && <p className="mt-1 wrap-anywhere">{check.remedy}</p>}
      </div>
    </li>
  );
}
