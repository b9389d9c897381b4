import { type TestFinding, type TestStep } from '../dto/provider-test.js';
import { type FindingCode, type FindingDetails, textsOfFindings } from './test-findings.js';

export function finding(code: FindingCode, details: FindingDetails = {}): TestFinding {
  return { code, details };
}

/** A step that has succeeded, unless it is said that it has not. */
export function testStep(step: string, found: TestFinding | readonly TestFinding[], ok = true): TestStep {
  const findings = [found].flat();
  const message = findings.map(({ code, details }) => textsOfFindings[code](details)).join(' ');
  return { step, ok, message, findings };
}

/** A step that has failed for a reason that somebody else has given. */
export function failedStep(step: string, reason: string): TestStep {
  return testStep(step, finding('failed', { reason }), false);
}
