import {
  type Attributes,
  type Context,
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
} from '@opentelemetry/api';
import { defaultTextMapGetter, defaultTextMapSetter, trace, type Tracer } from '@opentelemetry/api';
import { parseKeyPairsIntoRecord, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { randomUUID } from 'node:crypto';
import { type SpanAttributes, type WorkSpan } from './current-span.js';
import { type TraceSettings, type Tracing } from './tracing.js';

/** Spans are sent together, this long after the first of them. */
const scheduledDelayMillis = 1000;

const propagator = new W3CTraceContextPropagator();

/**
 * Sends spans to a collector over OTLP. This module loads OpenTelemetry; it is imported only where a collector is set.
 *
 * @param onTrouble told when the collector does not take them
 */
export function openTelemetry(
  { endpoint, headers, serviceName, share, version }: TraceSettings,
  onTrouble: (cause: string) => void,
): Tracing {
  const tell = (message: string): void => onTrouble(message.slice(0, 500));
  const silent = (): void => undefined;
  diag.setLogger(
    { error: tell, warn: tell, info: silent, debug: silent, verbose: silent },
    {
      logLevel: DiagLogLevel.WARN,
      suppressOverrideMessage: true,
    },
  );
  const exporter = new OTLPTraceExporter({
    url: `${endpoint}/v1/traces`,
    headers: headers === undefined ? {} : parseKeyPairsIntoRecord(headers),
  });
  const provider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis })],
    resource: resourceFromAttributes({
      'service.name': serviceName,
      'service.version': version,
      'service.instance.id': randomUUID(),
    }),
  });
  const tracer = provider.getTracer('license-server', version);
  return {
    serve: (name, given, attributes) =>
      new OpenSpan(tracer, SpanKind.SERVER, {
        name,
        attributes,
        parent: propagator.extract(ROOT_CONTEXT, given, defaultTextMapGetter),
      }),
    shutdown: () => provider.shutdown(),
  };
}

class OpenSpan implements WorkSpan {
  private readonly span: Span;
  private readonly context: Context;

  constructor(
    private readonly tracer: Tracer,
    kind: SpanKind,
    { name, attributes, parent }: { name: string; attributes: Attributes; parent: Context },
  ) {
    this.span = tracer.startSpan(name, { kind, attributes }, parent);
    this.context = trace.setSpan(parent, this.span);
  }

  get ids(): WorkSpan['ids'] {
    const { traceId, spanId } = this.span.spanContext();
    return { trace_id: traceId, span_id: spanId };
  }

  get headers(): Record<string, string> {
    const headers: Record<string, string> = {};
    propagator.inject(this.context, headers, defaultTextMapSetter);
    return headers;
  }

  ask(name: string, attributes: SpanAttributes): WorkSpan {
    return new OpenSpan(this.tracer, SpanKind.CLIENT, { name, attributes, parent: this.context });
  }

  end(errorType?: string, attributes: SpanAttributes = {}): void {
    this.span.setAttributes(attributes);
    if (errorType !== undefined) {
      this.span.setAttribute('error.type', errorType);
      this.span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.span.end();
  }
}
