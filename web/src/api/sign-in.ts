import type { SecondStepNeeded } from '../../generated/api';
import { answer, api } from './client';

export type StepKinds = SecondStepNeeded['secondFactor'];

/** The first step of a sign-in. @returns what the second step takes; undefined: signed in */
export async function signInByPassword(body: { email: string; password: string }): Promise<StepKinds | undefined> {
  // Its description knows only the answer that has a body.
  const step = (await answer(api.POST('/api/v1/auth/sign-in', { body }))) as SecondStepNeeded | undefined;
  return step?.secondFactor;
}
