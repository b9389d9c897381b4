import { type IncomingHttpHeaders } from 'node:http';
import { type SpanAttributes, type WorkSpan } from './current-span.js';

/** Injection token of {@link Tracing}; undefined where no collector is set. */
export const TRACING = Symbol('Tracing');

export interface TraceSettings {
  /** Base address of the collector (OTLP over HTTP), without a slash at its end. */
  endpoint: string;
  /** `name=value,name=value`, sent with each request to the collector. */
  headers: string | undefined;
  serviceName: string;
  /** Of the traces that begin here, from 0 to 1. */
  share: number;
  version: string;
}

/** Where requests are recorded. */
export interface Tracing {
  /** Begins the span of a request; it goes on with the caller's trace, if the request names one. */
  serve(name: string, given: IncomingHttpHeaders, attributes: SpanAttributes): WorkSpan;
  /** Sends what is left. */
  shutdown(): Promise<void>;
}
