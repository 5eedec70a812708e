export * from './errors.ts';
export * from './events.ts';
export * from './job.ts';
export * from './markdown.ts';
export * from './requests.ts';
export * from './retry-after.ts';
export * from './video-link.ts';
