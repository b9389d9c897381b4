import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ClockStepService } from './clock-step.service.js';

@Module({ imports: [AuditModule], providers: [ClockStepService], exports: [ClockStepService] })
export class ClockStepModule {}
