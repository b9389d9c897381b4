import { AsyncLocalStorage } from 'node:async_hooks';

/** What is told of a piece of work, by the names of OpenTelemetry's semantic conventions. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** A piece of work within a trace. */
export interface WorkSpan {
  /** By which its lines in the log are found; names as in OpenTelemetry's logs. */
  readonly ids: { trace_id: string; span_id: string };
  /** What carries the trace on to another server (W3C Trace Context). */
  readonly headers: Readonly<Record<string, string>>;
  /** Begins a part of it that another program does for this server. */
  ask(name: string, attributes: SpanAttributes): WorkSpan;
  /** @param errorType absent: it went well. A kind of error, never a message: that may hold anybody's secrets */
  end(errorType?: string, attributes?: SpanAttributes): void;
}

/** The work that is under way here; undefined where nothing is traced. Timers and batches go on with what has started them. */
export const currentSpan = new AsyncLocalStorage<WorkSpan>();

/** Ends a span with the work that it stands for. */
export function endWith(span: WorkSpan, work: Promise<unknown>): void {
  work.then(
    () => span.end(),
    (error: unknown) => span.end(errorTypeOf(error)),
  );
}

function errorTypeOf(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'Error';
}
