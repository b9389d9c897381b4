import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Registry } from 'prom-client';
import { RootOrMetricsToken } from '../access/access.js';
import { Metrics } from '../metrics/metrics.js';
import { StoredMetrics } from './stored-metrics.js';

@ApiTags('Operation')
@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly stored: StoredMetrics,
  ) {}

  @Get()
  @RootOrMetricsToken()
  @Header('Content-Type', Registry.PROMETHEUS_CONTENT_TYPE)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Metrics of this server for Prometheus, in its text format' })
  @ApiOkResponse({ content: { 'text/plain': { schema: { type: 'string' } } } })
  async read(): Promise<string> {
    await this.stored.refresh();
    return this.metrics.registry.metrics();
  }
}
