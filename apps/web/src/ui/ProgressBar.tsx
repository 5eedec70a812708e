interface ProgressBarProps {
  label: string;
  /** Per cent. */
  value: number;
  /** What is happening, in words. */
  text: string;
  /** Nobody is working on it at this moment. */
  resting?: boolean;
  /** Its height, place and background. */
  className?: string;
}

export function ProgressBar({
  label,
  value,
  text,
  resting = false,
  className = 'h-1 rounded-full bg-sunken',
}: ProgressBarProps) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value}
      aria-valuetext={text}
      className={`overflow-hidden ${className}`}
    >
      <div
        className={`h-full rounded-r-full transition-[width] duration-700 ease-out ${resting ? 'bg-line-strong' : 'bg-accent'}`}
        style={{ width: `${value}%` }}
      />
    </div>
  );
}
