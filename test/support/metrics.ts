import { type Api } from './api.js';

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** What a server tells Prometheus, read as strictly as Prometheus does. */
export class Samples {
  readonly types = new Map<string, string>();
  private readonly samples: Sample[] = [];

  constructor(text: string) {
    for (const line of text.split('\n').filter((each) => each !== '')) {
      const [, name = '', type = ''] = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line) ?? [];
      if (name) this.types.set(name, type);
      else if (!/^# HELP [a-z0-9_]+ \S.*$/.test(line)) this.samples.push(sampleOf(line));
    }
  }

  /** The sum of all series with these labels; undefined: there is none. */
  value(name: string, labels: Record<string, string> = {}): number | undefined {
    const found = this.samples.filter(
      (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
    );
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  }
}

function sampleOf(line: string): Sample {
  const [, name = '', labels = '', value = ''] =
    /^([a-z_][a-z0-9_]*)(?:\{(.*)\})? (-?[\d.]+(?:e[+-]\d+)?|\+Inf|Nan)$/.exec(line) ?? [];
  if (!name) throw new Error(`Not a line of the text format: ${line}`);
  const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)",?/g)].map(([, key = '', text = '']) => [key, text]);
  return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
}

export async function metricsOf(api: Api): Promise<Samples> {
  return new Samples(await api.get('/metrics').expect<string>(200));
}
