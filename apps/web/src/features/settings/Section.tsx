import { type ReactNode, useId } from 'react';

export function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="mt-8">
      <div className="mb-2 flex min-h-9 items-center justify-between">
        <h2 id={id} className="font-semibold">
          {title}
        </h2>
        {action}
      </div>
      <div className="card divide-y divide-line">{children}</div>
    </section>
  );
}

export function Row({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <div className="flex min-h-13 flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-2.5">
      <span className="text-sm">{label}</span>
      {children}
    </div>
  );
}

interface SwitchProps {
  label: string;
  /** Undefined while it is not known. */
  value: boolean | undefined;
  onChange: (value: boolean) => void;
}

export function SwitchRow({ label, value, onChange }: SwitchProps) {
  return (
    <label className="flex min-h-13 cursor-pointer items-center justify-between gap-6 px-4 py-2.5 text-sm">
      {label}
      <input
        type="checkbox"
        role="switch"
        checked={value ?? false}
        aria-checked={value ?? false}
        disabled={value === undefined}
        onChange={(event) => onChange(event.target.checked)}
        className="relative h-5.5 w-9.5 shrink-0 cursor-pointer appearance-none rounded-full bg-line-strong transition-colors before:absolute before:top-0.5 before:left-0.5 before:size-4.5 before:rounded-full before:bg-white before:shadow-raised before:transition-transform checked:bg-accent checked:before:translate-x-4 forced-colors:appearance-auto"
      />
    </label>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  value: Value | undefined;
  options: readonly (readonly [value: Value, name: string])[];
  onChange: (value: Value) => void;
}

/** A row that lets one of a few be chosen: radio buttons that look like one control. */
export function ChoiceRow<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className="flex min-h-13 flex-wrap items-center justify-between gap-x-6 gap-y-2 px-4 py-2.5">
      <legend className="float-left text-sm">{label}</legend>
      <div className="flex flex-wrap rounded-lg bg-sunken p-0.5">
        {options.map(([option, text]) => (
          <label
            key={option}
            className="relative rounded-md px-3 py-1.5 text-sm whitespace-nowrap text-muted transition-colors hover:text-ink has-checked:bg-surface dark:has-checked:bg-line-strong has-checked:font-medium has-checked:text-ink has-checked:shadow-raised has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={option}
              checked={option === value}
              onChange={() => onChange(option)}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
