/** Whether there are enough seats, and for how long. */
export const capacity = {
  title: 'Capacity',
  text: 'Whether your seats are enough, and for how long.',
  period: 'Period',
  days: '{{count}} days',
  months: 'Monthly report (CSV)',
  none: 'No seats yet',
  noneText: 'Once the organization has seats, this page shows whether they are enough.',
  subscribed: 'Subscribed',
  peak: 'Most in use at once',
  p99: 'Enough in 99 of 100 hours',
  p95: 'Enough in 95 of 100 hours',
  deniedUsers_one: 'Users refused ({{count}} refusal)',
  deniedUsers_other: 'Users refused ({{count}} refusals)',
  suggested: 'Suggested',
  answer: {
    missing_one: 'With one more seat, everybody would have one.',
    missing_other: 'With {{count}} more seats, everybody would have one.',
    until: 'Enough for now. If use goes on like this, all seats are in use on {{on}}.',
    enough: 'Enough seats.',
  },
  forecast:
    'The dashed line is the forecast for two weeks. In nine of ten hours, use stays within the band around it. Days are in UTC.',
  noForecast: 'A forecast needs eight weeks of data. Days are in UTC.',
  chart: {
    peak: 'In use',
    denials: 'Refusals',
    expected: 'Expected',
    band: 'Likely',
    subscribed: 'Subscribed',
    summary: 'Most seats in use at once: {{peak}}. Subscribed: {{subscribed}}.',
  },
} as const;
